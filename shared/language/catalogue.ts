/** What the catalogues of fetches and converters have in common: how an entry and its arguments are written down. */
import type { ArgumentSpec, ArgumentType } from './argument-types.ts';
import type { Need, SampleType } from './sample-types.ts';

/** A fetch: where a sample comes from. */
export interface Fetch {
  readonly name: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly type: SampleType;
  readonly needs: Need;
  readonly description: string;
  /** The fetch it is another name of. */
  readonly alias?: string;
  /** The version of HAProxy it came with, where that is later than 2.6. */
  readonly since?: string;
}

/** A converter: what is made of a sample. */
export interface Converter {
  readonly name: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly input: SampleType;
  /** "same" for the type of what comes in. */
  readonly output: SampleType | 'same';
  /** The type instead when its last argument, which names one, is given. */
  readonly typedOutput?: SampleType;
  /** The version of HAProxy it came with, where that is later than 2.6. */
  readonly since?: string;
  readonly description: string;
}

/** An argument from a short text: "name", "name:type", with "?" after the name where it may be left out. */
export function argument(text: string, oneOf?: readonly string[]): ArgumentSpec {
  const [name = '', type = 'string'] = text.split(':');
  const optional = name.endsWith('?');
  const spec = { name: optional ? name.slice(0, -1) : name, type: type as ArgumentType, optional };
  return oneOf === undefined ? spec : { ...spec, oneOf };
}

/** "name(first[,second])" as the reference and messages show it. */
export function signature({ name, arguments: args }: { name: string; arguments: readonly ArgumentSpec[] }): string {
  if (args.length === 0) return name;
  let text = '';
  let brackets = '';
  for (const [index, { name: argumentName, optional }] of args.entries()) {
    if (optional) {
      text += '[';
      brackets += ']';
    }
    text += `${index === 0 ? '' : ','}${argumentName}`;
  }
  return `${name}(${text}${brackets})`;
}

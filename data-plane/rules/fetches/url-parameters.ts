/** Fetches of the parameters in the query of a request. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { CompiledFetch, FetchCompiler, FetchCompilers, ValueTest } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { looseInteger, type MaybeValue } from '../sample-value.ts';

/** Where parameters begin: after the first "?", or after the first delimiter. */
function findStart(target: string, delimiter: string): number {
  const at = target.indexOf(delimiter);
  return at < 0 ? -1 : at + 1;
}

/** Parameters end at "&", ";" and the delimiter. */
function findEnd(target: string, start: number, delimiter: string): number {
  for (let at = start; at < target.length; at++) {
    const character = target[at];
    if (character === '&' || character === ';' || character === delimiter) return at;
  }
  return target.length;
}

/** Calls `visit` with the value of each parameter of a name, any for "", until it answers true. */
function visitParameters(target: string, name: string, delimiter: string, visit: (value: string) => boolean): boolean {
  let start = findStart(target, delimiter);
  if (start < 0) return false;
  while (start < target.length) {
    const end = findEnd(target, start, delimiter);
    if (name === '') {
      const equals = target.indexOf('=', start);
      if (equals >= 0 && equals < end && visit(target.slice(equals + 1, end))) return true;
    } else if (target.startsWith(name, start) && target[start + name.length] === '=') {
      if (visit(target.slice(start + name.length + 1, end))) return true;
    }
    start = end + 1;
  }
  return false;
}

function parameter(read?: (text: string) => MaybeValue): FetchCompiler {
  return ([nameText = '', delimiterText]): CompiledFetch => {
    const name = toBytes(nameText);
    const delimiter = delimiterText === undefined || delimiterText === '' ? '?' : delimiterText.charAt(0);
    const get = ({ request }: SampleContext): MaybeValue => {
      if (request === undefined) return undefined;
      let found: string | undefined;
      visitParameters(request.target, name, delimiter, (value) => {
        found = value;
        return true;
      });
      return found === undefined || read === undefined ? found : read(found);
    };
    const some = (context: SampleContext, test: ValueTest) => {
      const { request } = context;
      if (request === undefined) return false;
      return visitParameters(request.target, name, delimiter, (text) => {
        const value = read === undefined ? text : read(text);
        return value !== undefined && test(value, context);
      });
    };
    return { get, some };
  };
}

export const urlParameterFetches: FetchCompilers = {
  url_param: parameter(),
  urlp_val: parameter(looseInteger),
};

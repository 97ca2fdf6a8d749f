/** Fetches of the parameters in the query of a request. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { CompiledFetch, FetchCompiler, FetchCompilers, ValueTest } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { looseInteger, type MaybeValue } from '../sample-value.ts';

/** Parameters end at "&", ";" and the delimiter. */
function findEnd(target: string, start: number, delimiter: string): number {
  for (let at = start; at < target.length; at++) {
    const character = target[at];
    if (character === '&' || character === ';' || character === delimiter) return at;
  }
  return target.length;
}

/** Where the value of the first parameter of a name, any for "", at or after `from` begins; -1 without one. */
function findValue(target: string, from: number, name: string, delimiter: string): number {
  for (let start = from; start < target.length; ) {
    const end = findEnd(target, start, delimiter);
    if (name === '') {
      const equals = target.indexOf('=', start);
      if (equals >= 0 && equals < end) return equals + 1;
    } else if (target.startsWith(name, start) && target[start + name.length] === '=') return start + name.length + 1;
    start = end + 1;
  }
  return -1;
}

/** As {@link findValue}, from where parameters begin: after the first "?", or after the first delimiter. */
function findFirst(target: string, name: string, delimiter: string): number {
  const mark = target.indexOf(delimiter);
  return mark < 0 ? -1 : findValue(target, mark + 1, name, delimiter);
}

function parameter(read: (text: string) => MaybeValue): FetchCompiler {
  return ([nameText = '', delimiterText]): CompiledFetch => {
    const name = toBytes(nameText);
    const delimiter = delimiterText === undefined || delimiterText === '' ? '?' : delimiterText.charAt(0);
    const get = ({ request }: SampleContext): MaybeValue => {
      if (request === undefined) return undefined;
      const { target } = request;
      const start = findFirst(target, name, delimiter);
      return start < 0 ? undefined : read(target.slice(start, findEnd(target, start, delimiter)));
    };
    const some = (context: SampleContext, test: ValueTest) => {
      if (context.request === undefined) return false;
      const { target } = context.request;
      for (let start = findFirst(target, name, delimiter); start >= 0; ) {
        const end = findEnd(target, start, delimiter);
        const value = read(target.slice(start, end));
        if (value !== undefined && test(value, context)) return true;
        start = findValue(target, end + 1, name, delimiter);
      }
      return false;
    };
    return { get, some };
  };
}

export const urlParameterFetches: FetchCompilers = {
  url_param: parameter((text) => text),
  urlp_val: parameter(looseInteger),
};

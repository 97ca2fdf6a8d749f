/** Fetches of cookies: those of Cookie fields, and those that Set-Cookie fields set. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { CompiledFetch, FetchCompiler, FetchCompilers, ValueTest } from '../compiled.ts';
import type { HeaderFields, SampleContext } from '../sample-context.ts';
import { looseInteger, type MaybeValue } from '../sample-value.ts';

interface Source {
  readonly field: 'cookie' | 'set-cookie';
  readonly fields: (context: SampleContext) => HeaderFields | undefined;
}

const requestCookies: Source = { field: 'cookie', fields: ({ request }) => request?.fields };
const responseCookies: Source = { field: 'set-cookie', fields: ({ response }) => response?.fields };

/** Calls `visit` with each cookie of a name, any for "", until it answers true; answers whether one did. */
function visitCookies(
  { field: fieldName }: Source,
  fields: HeaderFields,
  name: string,
  visit: (value: string) => boolean,
): boolean {
  for (let field = fields.find(fieldName, 0); field >= 0; field = fields.find(fieldName, field + 1)) {
    const line = fields.value(field);
    for (let start = 0; start <= line.length; ) {
      const { value, end } = readCookie(line, start, name);
      if (value !== undefined && visit(value)) return true;
      start = end + 1;
      // What follows the first pair of Set-Cookie are its attributes.
      if (fieldName === 'set-cookie') break;
    }
  }
  return false;
}

/** The cookie at `start`, undefined where it has another name, and where it ends. */
function readCookie(line: string, start: number, name: string): { value: string | undefined; end: number } {
  let end = start;
  let quoted = false;
  for (; end < line.length; end++) {
    const character = line[end];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ';' || character === ',')) break;
  }
  const equals = line.indexOf('=', start);
  if (equals < 0 || equals >= end) return { value: undefined, end };
  if (name !== '' && line.slice(start, equals).trim() !== name) return { value: undefined, end };
  return { value: line.slice(equals + 1, end).trim(), end };
}

function cookie(source: Source, read?: (text: string) => MaybeValue): FetchCompiler {
  return ([nameText = '']): CompiledFetch => {
    const name = toBytes(nameText);
    const get = (context: SampleContext): MaybeValue => {
      const fields = source.fields(context);
      if (fields === undefined) return undefined;
      let found: string | undefined;
      visitCookies(source, fields, name, (value) => {
        found = value;
        return name === '';
      });
      return found === undefined || read === undefined ? found : read(found);
    };
    const some = (context: SampleContext, test: ValueTest) => {
      const fields = source.fields(context);
      if (fields === undefined) return false;
      return visitCookies(source, fields, name, (text) => {
        const value = read === undefined ? text : read(text);
        return value !== undefined && test(value, context);
      });
    };
    return { get, some };
  };
}

function countCookies(source: Source): FetchCompiler {
  return ([nameText = '']) => {
    const name = toBytes(nameText);
    return {
      get: (context) => {
        const fields = source.fields(context);
        if (fields === undefined) return undefined;
        let count = 0;
        visitCookies(source, fields, name, () => {
          count++;
          return false;
        });
        return count;
      },
    };
  };
}

export const cookieFetches: FetchCompilers = {
  cookie: cookie(requestCookies),
  'req.cook': cookie(requestCookies),
  'req.cook_cnt': countCookies(requestCookies),
  'req.cook_val': cookie(requestCookies, looseInteger),
  'res.cook': cookie(responseCookies),
  'res.cook_cnt': countCookies(responseCookies),
  'res.cook_val': cookie(responseCookies, looseInteger),
};

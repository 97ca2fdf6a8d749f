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

/** Where the cookie that begins at `start`, or whose value does, ends: at ";" or "," out of quotes. */
function findEnd(line: string, start: number): number {
  let quoted = false;
  for (let at = start; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) quoted = !quoted;
    else if (!quoted && (code === 59 || code === 44)) return at;
  }
  return line.length;
}

/**
 * Where the value of the first cookie of a name, any for "", at or after `from` begins; -1 without one. Of a Set-Cookie field
 * only the first pair is a cookie, the others are its attributes.
 */
function findValue(source: Source, line: string, from: number, name: string): number {
  // As in HAProxy there must be more left than the name and "=": "a=" is no cookie, but "b=1; a=" holds one.
  for (let start = from; start + name.length + 1 < line.length; ) {
    const end = findEnd(line, start);
    const equals = line.indexOf('=', start);
    if (equals >= 0 && equals < end && (name === '' || line.slice(start, equals).trim() === name)) return equals + 1;
    if (source.field === 'set-cookie') return -1;
    start = end + 1;
  }
  return -1;
}

function findNext(source: Source, line: string, valueStart: number, name: string): number {
  return source.field === 'set-cookie' ? -1 : findValue(source, line, findEnd(line, valueStart) + 1, name);
}

const valueAt = (line: string, start: number) => line.slice(start, findEnd(line, start)).trim();

/** The last cookie of a name, the first of all for "", or in ACLs each. */
function cookie(source: Source, read: (text: string) => MaybeValue): FetchCompiler {
  return ([nameText = '']): CompiledFetch => {
    const name = toBytes(nameText);
    const get = (context: SampleContext): MaybeValue => {
      const fields = source.fields(context);
      if (fields === undefined) return undefined;
      let found: MaybeValue;
      for (let field = fields.find(source.field, 0); field >= 0; field = fields.find(source.field, field + 1)) {
        const line = fields.value(field);
        for (let at = findValue(source, line, 0, name); at >= 0; at = findNext(source, line, at, name)) {
          found = read(valueAt(line, at));
          if (name === '') return found;
        }
      }
      return found;
    };
    const some = (context: SampleContext, test: ValueTest) => {
      const fields = source.fields(context);
      if (fields === undefined) return false;
      for (let field = fields.find(source.field, 0); field >= 0; field = fields.find(source.field, field + 1)) {
        const line = fields.value(field);
        for (let at = findValue(source, line, 0, name); at >= 0; at = findNext(source, line, at, name)) {
          const value = read(valueAt(line, at));
          if (value !== undefined && test(value, context)) return true;
        }
      }
      return false;
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
        for (let field = fields.find(source.field, 0); field >= 0; field = fields.find(source.field, field + 1)) {
          const line = fields.value(field);
          for (let at = findValue(source, line, 0, name); at >= 0; at = findNext(source, line, at, name)) count++;
        }
        return count;
      },
    };
  };
}

const text: (value: string) => MaybeValue = (value) => value;
const ofRequest = cookie(requestCookies, text);
const ofResponse = cookie(responseCookies, text);

/** That of the message whose rules are evaluated. */
const ofEither: FetchCompiler = (args) => {
  const [request, response] = [ofRequest(args), ofResponse(args)];
  const of = (context: SampleContext) => (context.response === undefined ? request : response);
  return {
    get: (context) => of(context).get(context),
    some: (context, test) => of(context).some?.(context, test) === true,
  };
};

export const cookieFetches: FetchCompilers = {
  cookie: ofEither,
  'req.cook': ofRequest,
  'req.cook_cnt': countCookies(requestCookies),
  'req.cook_val': cookie(requestCookies, looseInteger),
  'res.cook': ofResponse,
  'res.cook_cnt': countCookies(responseCookies),
  'res.cook_val': cookie(responseCookies, looseInteger),
};

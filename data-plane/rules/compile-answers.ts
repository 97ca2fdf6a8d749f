/** Compiles the actions that answer in place of a server: deny, tarpit, return, redirect, reject, silent-drop. */
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { AnswerFields, AuthRule, RedirectRule } from '../../shared/model/answer-rules.ts';
import type { SnapshotErrorFile } from '../../shared/model/snapshot.ts';
import { compileText } from './compile-text.ts';
import type { EditableHead } from './editable-head.ts';
import type { Act } from './evaluate-rules.ts';
import { internalError, type Reply, type RuleAnswer } from './rule-answer.ts';
import type { SampleContext } from './sample-context.ts';

export type ErrorFiles = ReadonlyMap<string, SnapshotErrorFile>;

/** undefined where a value has brought something along that no line of a head can hold. */
type MakeReply = (context: SampleContext) => Reply | undefined;

/** `status` is what the action answers when the rule does not say. */
export function compileAnswer(
  kind: 'deny' | 'tarpit' | 'return',
  rule: AnswerFields,
  status: number,
  files: ErrorFiles,
  place: Place,
): Act<EditableHead> {
  const page: RuleAnswer = { kind, status: rule.status ?? status, reply: undefined, fields: '' };
  const make = compileContent(kind, rule, page.status, files, place);
  if (make === undefined) return () => page;
  return (_head, context) => {
    const reply = make(context);
    return reply === undefined ? internalError : { kind, status: page.status, reply, fields: '' };
  };
}

/** Undefined for an error page. */
function compileContent(
  kind: RuleAnswer['kind'],
  rule: AnswerFields,
  status: number,
  files: ErrorFiles,
  place: Place,
): MakeReply | undefined {
  const { string, lfString, errorfile } = rule;
  if (errorfile !== undefined) {
    const reply = replyOf(errorfile, status, files);
    return () => reply;
  }
  if (rule.defaultErrorfiles === true || (kind !== 'return' && string === undefined && lfString === undefined)) {
    return undefined;
  }
  return compileReply(rule, status, place);
}

/** An answer made of a content and header fields. */
export function compileReply(
  rule: Pick<AnswerFields, 'string' | 'lfString' | 'contentType' | 'headers'>,
  status: number,
  place: Place,
): MakeReply {
  const { string, lfString } = rule;
  const headers = (rule.headers ?? []).map(({ name, value }) => ({ name, value: compileText(value, place) }));
  const content = lfString === undefined ? constant(string ?? '') : compileText(lfString, place);
  const type = rule.contentType === undefined ? '' : `content-type: ${rule.contentType}\r\n`;
  return (context) => {
    let fields = '';
    for (const { name, value } of headers) {
      const written = value(context);
      // A field of nothing is left out, as in HAProxy.
      if (written !== '') fields += `${name}: ${written}\r\n`;
    }
    const text = content(context);
    if (text !== '') fields += type;
    return isLegal(fields) ? { status, reason: '', fields, content: text } : undefined;
  };
}

function constant(text: string): () => string {
  const bytes = toBytes(text);
  return () => bytes;
}

function replyOf(name: string, status: number, files: ErrorFiles): Reply {
  const file = files.get(name);
  if (file === undefined) throw new Error(`there is no error file "${name}"`);
  return {
    status: file.status === 0 ? status : file.status,
    silent: file.silent,
    reason: file.reason,
    fields: file.headers.map((field) => `${field.name}: ${field.value}\r\n`).join(''),
    content: toBytes(file.content),
  };
}

/** Lines of visible text: no value has brought a line end or another control character along. */
function isLegal(fields: string): boolean {
  return /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t\x20-\x7e\x80-\xff]*\r\n)*$/.test(fields);
}

/** The answer that asks for user and password (RFC 7617); the realm is the name of the proxy where none is said. */
export function compileAuth({ realm }: AuthRule, proxy: string): Act<EditableHead> {
  const text = toBytes(realm ?? proxy).replace(/["\\]/g, '\\$&');
  const fields = `www-authenticate: Basic realm="${text}"\r\n`;
  const answer: RuleAnswer = { kind: 'auth', status: 401, reply: undefined, fields };
  return () => answer;
}

/** The answer that redirects a client (configuration manual 2.6, "redirect"). */
export function compileRedirect(rule: RedirectRule, place: Place): Act<EditableHead> {
  const status = rule.code ?? 302;
  const locate = compileLocation(rule, place);
  const cache = status === 301 || status === 308 ? '' : 'cache-control: no-cache\r\n';
  const rest = cache + cookieLine(rule);
  const ignoresEmpty = rule.ignoreEmpty === true;
  const reason = status === 302 ? 'Found' : '';
  return (_head, context) => {
    const location = locate(context);
    if (location === '' && ignoresEmpty) return 'next';
    const fields = `location: ${location}\r\n${rest}`;
    if (!isLegal(fields)) return internalError;
    return { kind: 'redirect', status, reply: { status, reason, fields, content: '' }, fields: '' };
  };
}

function cookieLine({ setCookie, clearCookie }: RedirectRule): string {
  if (setCookie !== undefined) return `set-cookie: ${setCookie}; path=/;\r\n`;
  return clearCookie === undefined ? '' : `set-cookie: ${clearCookie}; path=/; Max-Age=0;\r\n`;
}

/** Only a request has the path and the host that prefix and scheme go before. */
function compileLocation(rule: RedirectRule, place: Place): (context: SampleContext) => string {
  if (rule.location !== undefined) return compileText(rule.location, place);
  const pathOf = ({ request }: SampleContext) => {
    // `OPTIONS *` has no path.
    const kept =
      request === undefined || request.path === '' ? '/' : rule.dropQuery ? request.path : request.pathAndQuery;
    return rule.appendSlash === true && !kept.endsWith('/') ? `${kept}/` : kept;
  };
  if (rule.prefix !== undefined) {
    if (rule.prefix === '/') return pathOf;
    const prefix = compileText(rule.prefix, place);
    return (context) => `${prefix(context)}${pathOf(context)}`;
  }
  const scheme = compileText(rule.scheme ?? 'https', place);
  return (context) => `${scheme(context)}://${context.request?.host ?? ''}${pathOf(context)}`;
}

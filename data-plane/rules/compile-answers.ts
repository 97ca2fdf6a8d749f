/** Compiles the actions that answer in place of a server: deny, tarpit, return, redirect, reject, silent-drop. */
import type { AnswerFields, RedirectRule } from '../../shared/model/answer-rules.ts';
import type { SnapshotErrorFile } from '../../shared/model/snapshot.ts';
import { compileText } from './compile-text.ts';
import type { Act } from './evaluate-rules.ts';
import type { EditableHead } from './request-view.ts';
import { internalError, type Reply, type RuleAnswer } from './rule-answer.ts';

export type ErrorFiles = ReadonlyMap<string, SnapshotErrorFile>;

type MakeReply = (head: EditableHead) => Reply;

/** `status` is what the action answers when the rule does not say. */
export function compileAnswer(
  kind: 'deny' | 'tarpit' | 'return',
  rule: AnswerFields & { readonly name: string },
  status: number,
  files: ErrorFiles,
): Act<EditableHead> {
  const page: RuleAnswer = { kind, status: rule.status ?? status, reply: undefined };
  const make = compileContent(kind, rule, page.status, files);
  if (make === undefined) return () => page;
  return (head) => {
    const reply = make(head);
    return isLegal(reply.fields) ? { kind, status: reply.status, reply } : internalError;
  };
}

/** Undefined for an error page. */
function compileContent(
  kind: RuleAnswer['kind'],
  rule: AnswerFields & { readonly name: string },
  status: number,
  files: ErrorFiles,
): MakeReply | undefined {
  const { string, lfString, errorfile } = rule;
  if (errorfile !== undefined) {
    const reply = replyOf(errorfile, status, files);
    return () => reply;
  }
  if (rule.defaultErrorfiles === true || (kind !== 'return' && string === undefined && lfString === undefined)) {
    return undefined;
  }
  const headers = (rule.headers ?? []).map(({ name, value }) => ({ name, value: compileText(value, rule.name) }));
  const content = lfString === undefined ? constant(string ?? '') : compileText(lfString, rule.name);
  const type = rule.contentType === undefined ? '' : `content-type: ${rule.contentType}\r\n`;
  return (head) => {
    let fields = '';
    for (const { name, value } of headers) fields += `${name}: ${value(head)}\r\n`;
    const text = content(head);
    if (text !== '') fields += type;
    return { status, reason: '', fields, content: text };
  };
}

function constant(text: string): () => string {
  const latin1 = Buffer.from(text).toString('latin1');
  return () => latin1;
}

function replyOf(name: string, status: number, files: ErrorFiles): Reply {
  const file = files.get(name);
  if (file === undefined) throw new Error(`there is no error file "${name}"`);
  return {
    status: file.status === 0 ? status : file.status,
    reason: file.reason,
    fields: file.headers.map((field) => `${field.name}: ${field.value}\r\n`).join(''),
    content: Buffer.from(file.content).toString('latin1'),
  };
}

/** Lines of visible text: no value has brought a line end or another control character along. */
function isLegal(fields: string): boolean {
  return /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t\x20-\x7e\x80-\xff]*\r\n)*$/.test(fields);
}

/** The answer that redirects a client (configuration manual 2.6, "redirect"). */
export function compileRedirect(rule: RedirectRule): Act<EditableHead> {
  const status = rule.code ?? 302;
  const locate = compileLocation(rule);
  const cache = status === 301 || status === 308 ? '' : 'cache-control: no-cache\r\n';
  const rest = cache + cookieLine(rule);
  const ignoresEmpty = rule.ignoreEmpty === true;
  return (head) => {
    const location = locate(head);
    if (location === '' && ignoresEmpty) return 'next';
    const fields = `location: ${location}\r\n${rest}`;
    if (!isLegal(fields)) return internalError;
    return { kind: 'redirect', status, reply: { status, reason: '', fields, content: '' } };
  };
}

function cookieLine({ setCookie, clearCookie }: RedirectRule): string {
  if (setCookie !== undefined) return `set-cookie: ${setCookie}; path=/;\r\n`;
  return clearCookie === undefined ? '' : `set-cookie: ${clearCookie}; path=/; Max-Age=0;\r\n`;
}

function compileLocation(rule: RedirectRule): (head: EditableHead) => string {
  if (rule.location !== undefined) return compileText(rule.location, rule.name);
  const pathOf = (head: EditableHead) => {
    const kept = rule.dropQuery === true ? head.path : head.pathAndQuery;
    return rule.appendSlash === true && !kept.endsWith('/') ? `${kept}/` : kept;
  };
  if (rule.prefix !== undefined) {
    const prefix = compileText(rule.prefix, rule.name);
    return (head) => {
      const text = prefix(head);
      return text === '/' ? pathOf(head) : `${text}${pathOf(head)}`;
    };
  }
  const scheme = compileText(rule.scheme ?? 'https', rule.name);
  return (head) => `${scheme(head)}://${head.host}${pathOf(head)}`;
}

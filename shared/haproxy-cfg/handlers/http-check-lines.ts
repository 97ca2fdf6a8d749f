/** `option httpchk` and `http-check` lines (configuration manual 2.6, section 4.2). */
import type { CheckStep, HttpCheck } from '../../model/health-check.ts';
import { errorCheckStatuses, okCheckStatuses, timeoutCheckStatuses } from '../../model/vocabulary.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { RuleProblem } from './conditions.ts';
import { readVariable } from './http-action.ts';
import { textOf } from './rule-words.ts';

/** `option httpchk [METHOD] URI [VERSION]`; HAProxy's older way to send header fields after the version is refused. */
export function readHttpchk(statement: Statement, draft: ProxyDraft): void {
  draft.checksHttp = !statement.negated;
  if (statement.negated) {
    draft.httpCheck = undefined;
    return;
  }
  const { args } = statement;
  const [method, uri, version] = args.length === 1 ? [undefined, args[0], undefined] : args;
  if (version !== undefined && version !== 'HTTP/1.0' && version !== 'HTTP/1.1') {
    statement.refuse(`'option httpchk' : version '${version}'`);
    return;
  }
  if (args.length > 3) {
    statement.refuse("'option httpchk' : header fields after the version (use 'http-check send')");
    return;
  }
  draft.httpCheck = {
    ...draft.httpCheck,
    type: 'http',
    ...(method !== undefined && { method }),
    ...(uri !== undefined && { uri }),
    ...(version !== undefined && { version }),
  };
}

/** What is wrong with a line, behind its keyword. */
class CheckProblem extends Error {}

/** HAProxy ends these messages with two full stops. */
const readers: Readonly<Record<string, (statement: Statement, draft: ProxyDraft, check: HttpCheck) => void>> = {
  'http-check comment': readComment,
  'http-check expect': readExpect,
  'http-check send': readSend,
  'http-check set-var': readStep,
  'http-check set-var-fmt': readStep,
  'http-check unset-var': readStep,
};

export function readHttpCheck(statement: Statement, draft: ProxyDraft): void {
  const { keyword } = statement;
  const reader = readers[keyword];
  if (reader === undefined) {
    statement.refuse(`'${keyword}'`);
    return;
  }
  const check = { ...(draft.httpCheck ?? { type: 'http' as const }) };
  try {
    reader(statement, draft, check);
    draft.httpCheck = check;
  } catch (error) {
    if (!(error instanceof CheckProblem || error instanceof RuleProblem)) throw error;
    statement.alert(`'${keyword}${error instanceof RuleProblem ? wholeAction(statement) : ''}' : ${error.message}`);
  }
}

/** What stands in the parentheses, and the action again: HAProxy says both. */
function wholeAction({ line, keyword }: Statement): string {
  const [action = '', rest = ''] = (line.words[1]?.text ?? '').split(/(?=\()/);
  return `${rest}' : '${action === '' ? keyword : action}`;
}

/** It is told with the rule right behind it, where that is one on the answer. */
function readComment({ args }: Statement, draft: ProxyDraft): void {
  const [comment] = args;
  if (comment === undefined || comment === '') throw new CheckProblem('expects a string as argument.');
  draft.checkComment = comment;
}

function readStep({ line, args }: Statement, draft: ProxyDraft, check: HttpCheck): void {
  const word = line.words[1]?.text ?? '';
  const [, action = '', argument, close] = /^([a-z-]+)(?:\((.*?)(\)?))?$/s.exec(word) ?? [];
  const forms = "Expects 'set-var(<var-name>)', 'set-var-fmt(<var-name>)' or 'unset-var(<var-name>)'";
  if (argument === undefined) throw new RuleProblem(`invalid or incomplete action '${action}'. ${forms}.`);
  if (close === '') throw new RuleProblem(`incomplete argument after action '${word}'. ${forms}.`);
  if (argument === '') throw new RuleProblem('Empty variable name cannot be accepted.');
  if (action === 'set-var' && (args[0] ?? '') === '') throw new RuleProblem('missing fetch method.');
  // HAProxy ignores what follows without a word.
  const name = action as 'set-var' | 'set-var-fmt' | 'unset-var';
  const step = readVariable(name, argument, name === 'unset-var' ? [] : [args[0] ?? '']);
  if (!/^(?:proc|sess|check)\./.test(step.variable)) {
    throw new RuleProblem(`'${step.variable}' : a check has no variables but those of 'proc', 'sess' and 'check'.`);
  }
  const field = draft.checkExpects ? 'afterExpect' : draft.checkSends ? 'beforeExpect' : 'beforeSend';
  const steps = check[field] ?? [];
  check[field] = [...steps, step as CheckStep];
  draft.checkLines.set(`/${field}/${steps.length}`, line);
  draft.checkComment = undefined;
}

const sendWords = "'comment', 'meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body' or 'body-lf'";

function readSend(statement: Statement, draft: ProxyDraft, check: HttpCheck): void {
  const { args } = statement;
  if (draft.checkSends || draft.checkExpects) {
    statement.refuse("more than one step of 'http-check'");
    return;
  }
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    const value = args[++at];
    if (!/^(?:comment|meth|uri(?:-lf)?|ver|hdr|body(?:-lf)?)$/.test(word)) {
      throw new CheckProblem(`expects ${sendWords} but got '${word}' as argument.`);
    }
    if (word === 'hdr') {
      const text = args[++at];
      if (value === undefined || text === undefined) {
        throw new CheckProblem("'hdr' expects <name> and <value> as arguments.");
      }
      check.headers = [...(check.headers ?? []), { name: value, value: textOf(text) }];
    } else if (value === undefined) throw new CheckProblem(`'${word}' expects a string as argument.`);
    else readPart(statement, check, word, value);
  }
  for (const part of ['uri', 'uriLf', 'headers', 'body', 'bodyLf']) draft.checkLines.set(`/${part}`, statement.line);
  draft.checkSends = true;
  draft.checkComment = undefined;
}

function readPart(statement: Statement, check: HttpCheck, word: string, value: string): void {
  if (word === 'meth') check.method = value;
  else if (word === 'uri') replace(check, 'uri', 'uriLf', value);
  else if (word === 'uri-lf') replace(check, 'uriLf', 'uri', value);
  else if (word === 'body') replace(check, 'body', 'bodyLf', value);
  else if (word === 'body-lf') replace(check, 'bodyLf', 'body', value);
  else if (word === 'comment') {
    statement.report.change(statement.line, 'nothing goes wrong with sending that the comment would be told with');
  } else if (value === 'HTTP/1.0' || value === 'HTTP/1.1') check.version = value;
  else statement.refuse(`'http-check send' : '${word} ${value}'`);
}

/** The last of the two counts. */
function replace(
  check: HttpCheck,
  field: 'uri' | 'uriLf' | 'body' | 'bodyLf',
  other: 'uri' | 'uriLf' | 'body' | 'bodyLf',
  value: string,
): void {
  check[field] = value;
  delete check[other];
}

const expectWords =
  "'only supports min-recv, [!]string', '[!]rstring', '[!]string-lf', '[!]status', '[!]rstatus', [!]hdr, [!]fhdr or comment";

function readExpect(statement: Statement, draft: ProxyDraft, check: HttpCheck): void {
  const { args } = statement;
  if (draft.checkExpects) {
    statement.refuse("more than one step of 'http-check'");
    return;
  }
  const expect: NonNullable<HttpCheck['expect']> = {};
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    const value = args[at + 1];
    if (/^(?:!|min-recv$|r?string|string-lf|rstatus$|f?hdr$)/.test(word)) {
      statement.refuse(`'http-check expect ${args.slice(at).join(' ')}'`);
      return;
    }
    if (word === 'status' && expect.status !== undefined) throw new CheckProblem('only on pattern expected.');
    readExpectation(expect, word, value);
    at++;
  }
  if (expect.status === undefined) throw new CheckProblem('expects at least a matching pattern as arguments.');
  // What holds anyway need not be said.
  if (expect.status === '200-399') delete expect.status;
  const comment = expect.comment ?? draft.checkComment;
  if (comment !== undefined) expect.comment = comment;
  if (Object.keys(expect).length > 0) check.expect = expect;
  else delete check.expect;
  draft.checkLines.set('/expect', statement.line);
  draft.checkExpects = true;
  draft.checkComment = undefined;
}

function readExpectation(expect: NonNullable<HttpCheck['expect']>, word: string, value: string | undefined): void {
  switch (word) {
    case 'status':
      expect.status = readStatuses(value);
      break;
    case 'comment':
      expect.comment = needed(word, value);
      break;
    case 'on-success':
      expect.onSuccess = textOf(needed(word, value));
      break;
    case 'on-error':
      expect.onError = textOf(needed(word, value));
      break;
    case 'status-code':
      if (value === undefined) throw new CheckProblem("'status-code' expects an expression as argument.");
      expect.statusCode = value;
      break;
    case 'ok-status':
      expect.okStatus = known(word, value, okCheckStatuses, "'L4OK', 'L6OK', 'L7OK' or 'L7OKC'");
      break;
    case 'error-status':
      expect.errorStatus = known(word, value, errorCheckStatuses, "'L4CON', 'L6RSP', 'L7RSP' or 'L7STS'");
      break;
    case 'tout-status':
      expect.toutStatus = known(word, value, timeoutCheckStatuses, "'L4TOUT', 'L6TOUT' or 'L7TOUT'");
      break;
    default:
      throw new CheckProblem(`${expectWords} but got '${word}' as argument.`);
  }
}

function needed(word: string, value: string | undefined): string {
  if (value === undefined) throw new CheckProblem(`'${word}' expects a string as argument.`);
  return value;
}

function known<Status extends string>(
  word: string,
  value: string | undefined,
  statuses: readonly Status[],
  shown: string,
): Status {
  const given = needed(word, value);
  const status = statuses.find((each) => each === given);
  if (status === undefined) throw new CheckProblem(`'${word}' only supports ${shown} status (got '${given}').`);
  return status;
}

function readStatuses(list: string | undefined): string {
  if (list === undefined) throw new CheckProblem("'status' expects a <pattern> as argument.");
  const bad = /[^0-9,-]/.exec(list)?.[0];
  if (bad !== undefined) throw new CheckProblem(`invalid character '${bad}' in the list of status codes.`);
  const range = list.split(',').find((item) => !/^[0-9]+(?:-[0-9]+)?$/.test(item));
  if (range !== undefined) throw new CheckProblem(`invalid range of status codes '${range}'.`);
  return list;
}

/** The rules of a proxy are over: a comment at their end is told with the answer. */
export function endHttpCheck(draft: ProxyDraft): void {
  const { httpCheck, checkComment } = draft;
  if (httpCheck === undefined || checkComment === undefined || draft.checkExpects) return;
  draft.httpCheck = { ...httpCheck, expect: { ...httpCheck.expect, comment: checkComment } };
}

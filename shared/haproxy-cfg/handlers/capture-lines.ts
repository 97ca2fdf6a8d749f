/** `capture` lines, and rules that capture. */
import type { CaptureRule } from '../../model/capture.ts';
import { type CfgDraft, type ProxyDraft, wordOf } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { RuleProblem } from './conditions.ts';
import { expectNothing } from './rule-words.ts';

/** `capture { request | response } header NAME len LENGTH`. */
export function readCaptureHeader(statement: Statement, draft: ProxyDraft): void {
  const [header = '', word, text] = statement.args;
  const direction = statement.keyword.split(' ')[1] as 'request' | 'response';
  if (word !== 'len' || text === undefined) {
    statement.alert(`'capture ${direction}' expects 'header' <header_name> 'len' <len>.`);
    return;
  }
  const length = readLength(statement, text);
  if (length !== undefined) slotsOf(draft, direction).push({ header, length });
}

/** `capture cookie NAME len LENGTH`; the last line of a frontend counts. */
export function readCaptureCookie(statement: Statement, draft: ProxyDraft, { language }: CfgDraft): void {
  const { longestCookie } = language;
  const [name = '', word, text] = statement.args;
  if (word !== 'len' || text === undefined) {
    statement.alert("'capture' expects 'cookie' <cookie_name> 'len' <len>.");
    return;
  }
  const length = readLength(statement, text);
  if (length === undefined) return;
  if (length > longestCookie) {
    statement.report.warnWhole(
      `truncating capture length to ${longestCookie} bytes for ${wordOf(draft)} '${draft.name}'.`,
    );
  }
  draft.captureCookie = { name, length: Math.min(length, longestCookie) };
}

/** `declare capture { request | response } len LENGTH`. */
export function readDeclareCapture(statement: Statement, draft: ProxyDraft): void {
  const [direction, word, text] = statement.args;
  if (direction !== 'request' && direction !== 'response') {
    statement.alert("'declare capture' requires a direction ('request' or 'response')");
  } else if (word !== 'len' || text === undefined) {
    statement.alert("'declare capture': 'len' requires a numeric value that represents the capture length");
  } else {
    const length = readLength(statement, text);
    if (length !== undefined) slotsOf(draft, direction).push({ length });
  }
}

function slotsOf(draft: ProxyDraft, direction: 'request' | 'response') {
  return direction === 'request' ? draft.requestCaptures : draft.responseCaptures;
}

/** HAProxy takes no number, or 0, for a slot that stays empty. */
function readLength(statement: Statement, text: string): number | undefined {
  const length = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (length > 0) return length;
  statement.alert('length must be > 0');
  return undefined;
}

/** `capture EXPRESSION { len LENGTH | id SLOT }`: a length makes a slot of its own. Throws RuleProblem. */
export function readCaptureRule(set: string, words: readonly string[], draft: ProxyDraft): Omit<CaptureRule, 'name'> {
  const isRequest = set === 'http-request';
  const at = words.findIndex((word) => word === 'len' || word === 'id');
  const [word, text] = words.slice(at);
  if (at < 1 || word === undefined || text === undefined) {
    throw new RuleProblem(`expects <expression> ${isRequest ? "[ 'len' <length> | id <idx> ]" : "[ 'id' <idx> ]"}.`);
  }
  expectNothing(`${set} capture`, words.slice(at + 2));
  const expression = words.slice(0, at).join(' ');
  if (word === 'id') return { action: 'capture', expression, slot: readSlot(text) };
  if (!isRequest) throw new RuleProblem("expects 'id', found 'len'.");
  if (draft.kind === 'backend') throw new RuleProblem(`proxy '${draft.name}' has no frontend capability.`);
  return { action: 'capture', expression, slot: makeSlot(text, draft) };
}

/** `tcp-request content capture EXPRESSION len LENGTH`. Throws RuleProblem. */
export function readTcpCapture(words: readonly string[], draft: ProxyDraft) {
  const [first] = words;
  if (first === undefined) throw new RuleProblem('missing fetch method.');
  if (draft.kind === 'backend') throw new RuleProblem(`proxy '${draft.name}' has no frontend capability.`);
  const at = words.indexOf('len', 1);
  if (at < 0) throw new RuleProblem("a positive 'len' argument is mandatory.");
  expectNothing('tcp-request content capture', words.slice(at + 2));
  const expression = words.slice(0, at).join(' ');
  return { action: 'capture', expression, slot: makeSlot(words[at + 1] ?? '', draft) };
}

/** The number of a new slot for texts of so many characters. */
function makeSlot(text: string, { requestCaptures }: ProxyDraft): number {
  const length = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (length === 0) throw new RuleProblem('length must be > 0.');
  return requestCaptures.push({ length }) - 1;
}

function readSlot(text: string): number {
  if (/^[0-9]{1,3}$/.test(text)) return Number(text);
  throw new RuleProblem(`'${text}' is no number of a slot, from 0 to 999.`);
}

/** The lines that make slots for captures; rules that make one stand among them, so that all slots keep their numbers. */
import type { Capture } from '../model/capture.ts';
import type { Defaults } from '../model/defaults.ts';
import type { Frontend } from '../model/frontend.ts';
import type { HttpRequestRule } from '../model/rules.ts';
import type { TcpRequestRule } from '../model/tcp-request-rule.ts';
import { quoteWord } from './quote-word.ts';

interface Writers {
  /** The lines of a rule; `length` is that of the slot it makes, undefined where it makes none. */
  readonly tcp: (rule: TcpRequestRule, length: number | undefined) => string[];
  readonly http: (rule: HttpRequestRule, length: number | undefined) => string[];
}

/** The captures of a frontend and its tcp-request rules; its defaults have `inherited` slots. */
export function writeFrontendCaptures(frontend: Frontend, inherited: number, write: Writers['tcp']): string[] {
  const { requestCaptures = [], responseCaptures = [], captureCookie } = frontend;
  const rules = [...(frontend.tcpRequestRules ?? [])];
  return [
    ...requestCaptures.flatMap((capture, index) => {
      const at = rules.findIndex((rule) => fills(rule, inherited + index));
      return at < 0 ? [writeCapture('request', capture)] : writeUpTo(rules, at, capture, write);
    }),
    ...responseCaptures.map((capture) => writeCapture('response', capture)),
    ...(captureCookie === undefined
      ? []
      : [`capture cookie ${quoteWord(captureCookie.name)} len ${captureCookie.length}`]),
    ...rules.flatMap((rule) => write(rule, undefined)),
  ];
}

/** The tcp-request and http-request rules of defaults, which have no other lines for slots. */
export function writeInheritedCaptures(defaults: Defaults, write: Writers): string[] {
  const tcp = [...(defaults.tcpRequestRules ?? [])];
  const http = [...(defaults.httpRequestRules ?? [])];
  const lines = (defaults.requestCaptures ?? []).flatMap((capture, slot) => {
    const ofTcp = tcp.findIndex((rule) => fills(rule, slot));
    if (ofTcp >= 0) return writeUpTo(tcp, ofTcp, capture, write.tcp);
    return writeUpTo(
      http,
      http.findIndex((rule) => fills(rule, slot)),
      capture,
      write.http,
    );
  });
  return [
    ...lines,
    ...tcp.flatMap((rule) => write.tcp(rule, undefined)),
    ...http.flatMap((rule) => write.http(rule, undefined)),
  ];
}

function fills(rule: TcpRequestRule | HttpRequestRule, slot: number): boolean {
  return rule.action === 'capture' && rule.slot === slot;
}

/** Takes the rules up to that at an index, which makes the slot. */
function writeUpTo<Rule>(
  rules: Rule[],
  at: number,
  { length }: Capture,
  write: (rule: Rule, length: number | undefined) => string[],
): string[] {
  return rules.splice(0, at + 1).flatMap((rule, index) => write(rule, index === at ? length : undefined));
}

function writeCapture(direction: 'request' | 'response', { header, length }: Capture): string {
  return header === undefined
    ? `declare capture ${direction} len ${length}`
    : `capture ${direction} header ${quoteWord(header)} len ${length}`;
}

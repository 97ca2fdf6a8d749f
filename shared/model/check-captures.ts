/** Checks the slots for captures that rules make: in a haproxy.cfg a rule that captures may bring its slot along. */
import type { Capture } from './capture.ts';
import type { Report } from './check-expressions.ts';
import type { Defaults } from './defaults.ts';
import type { TcpRequestRule } from './tcp-request-rule.ts';

interface Slots {
  /** All that there are, those of the defaults first. */
  readonly captures: readonly Capture[];
  /** How many of them are those of the defaults. */
  readonly inherited: number;
}

/** A tcp-request rule always makes the slot that it fills: each has one of its own, in their order. */
export function checkTcpCaptures(
  rules: readonly TcpRequestRule[] | undefined,
  { captures, inherited }: Slots,
  report: Report,
): void {
  let free = inherited;
  for (const [index, rule] of (rules ?? []).entries()) {
    if (rule.action !== 'capture') continue;
    const pointer = `/tcpRequestRules/${index}/slot`;
    const slot = captures[rule.slot];
    if (slot === undefined) {
      report(pointer, `there is no slot ${rule.slot} for captures: requestCaptures has ${captures.length}`);
    } else if (rule.slot < free) {
      report(pointer, `tcp-request rules fill slots of their own, in order: here slot ${free} or a later one`);
    } else if (slot.header !== undefined) {
      report(pointer, `slot ${rule.slot} is that of the header field "${slot.header}"`);
    } else free = rule.slot + 1;
  }
}

/** A slot of defaults comes from the first rule that fills it: there is one for each, in their order. */
export function checkInheritedCaptures(
  { requestCaptures = [], tcpRequestRules = [], httpRequestRules = [] }: Defaults,
  report: Report,
): void {
  checkTcpCaptures(tcpRequestRules, { captures: requestCaptures, inherited: 0 }, report);
  const ofTcp = new Set(tcpRequestRules.map((rule) => (rule.action === 'capture' ? rule.slot : -1)));
  const ofHttp = requestCaptures.map((_, slot) => slot).filter((slot) => !ofTcp.has(slot));
  let filled = 0;
  for (const [index, rule] of httpRequestRules.entries()) {
    const place = rule.action === 'capture' ? ofHttp.indexOf(rule.slot) : -1;
    if (place < filled) continue;
    if (place > filled) {
      report(
        `/httpRequestRules/${index}/slot`,
        `rules of defaults fill their slots in order: slot ${ofHttp[filled]} comes first`,
      );
      return;
    }
    filled++;
  }
  const left = ofHttp[filled];
  if (left !== undefined) {
    report(`/requestCaptures/${left}`, 'no http-request or tcp-request rule of these defaults fills this slot');
  }
}

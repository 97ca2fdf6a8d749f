/** Values of a haproxy.cfg in the form of the model: times, addresses, names. */
import { parseDuration } from '../duration.ts';

/** HAProxy takes 0 for "no limit"; the model has no such value, so the longest that HAProxy itself can say stands for it. */
const forever = '24d';

/** A time such as "5s" or "5000" (milliseconds) as a duration; the character that fits nowhere, or "overflow". */
export function parseCfgTime(text: string): { value: string } | { problem: string } {
  const match = /^([0-9]+)(us|ms|s|m|h|d)?(.?)/su.exec(text);
  if (match === null) return { problem: [...text][0] ?? '' };
  const [, digits = '', unit = 'ms', rest = ''] = match;
  if (rest !== '') return { problem: rest };
  const number = digits.replace(/^0+(?=[0-9])/, '');
  if (number === '0') return { value: forever };
  const value = `${number}${unit}`;
  return parseDuration(value) === undefined ? { problem: 'overflow' } : { value };
}

/** A size such as "64k" in bytes; undefined for anything else. */
export function parseCfgSize(text: string): number | undefined {
  const match = /^([0-9]{1,12})([kmg]?)$/i.exec(text);
  if (match === null) return undefined;
  const factor = { '': 1, k: 1_024, m: 1_048_576, g: 1_073_741_824 }[(match[2] ?? '').toLowerCase()] ?? 1;
  return Number(match[1]) * factor;
}

export interface CfgAddress {
  /** "" where the text leaves it out. */
  readonly host: string;
  /** undefined where the text has none. */
  readonly port: number | undefined;
  /** Last port of a range; the same as `port` where there is none. */
  readonly lastPort: number | undefined;
}

/**
 * Reads "[addr]:port[-end]" with an address of either family; "ipv4@" and "ipv6@" have been taken off. Answers the problem
 * in HAProxy's words.
 */
export function parseCfgAddress(text: string): CfgAddress | { problem: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  const colon = text.lastIndexOf(':');
  const host = bracketed?.[1] ?? (colon < 0 ? text : text.slice(0, colon));
  const ports = bracketed === null ? (colon < 0 ? undefined : text.slice(colon + 1)) : bracketed[2];
  if (ports === undefined || ports === '') return { host, port: undefined, lastPort: undefined };
  const match = /^([+-]?)([0-9]+)(?:-([0-9]+))?$/.exec(ports);
  if (match === null)
    return { problem: `invalid character '${/[^0-9]/.exec(ports)?.[0] ?? ''}' in port number '${ports}' in '${text}'` };
  if (match[1] !== '') return { problem: `port offsets are not supported by Sluice ('${ports}')` };
  const port = Number(match[2]);
  const lastPort = match[3] === undefined ? port : Number(match[3]);
  if (port < 1 || port > 65_535) return { problem: `invalid port '${ports.split('-')[0]}'` };
  if (lastPort > 65_535) return { problem: `invalid port '${match[3]}'` };
  if (lastPort < port) return { problem: `invalid port range '${ports}'` };
  return { host, port, lastPort };
}

/** The address less the prefix that names its family, and that prefix: "ipv4", "ipv6", "unix", "fd", "abns", ... or "". */
export function splitFamily(text: string): { family: string; rest: string } {
  const match = /^([a-z0-9+]+)@(.*)$/s.exec(text);
  if (match !== null) return { family: match[1] ?? '', rest: match[2] ?? '' };
  return text.startsWith('/') ? { family: 'unix', rest: text } : { family: '', rest: text };
}

/** A name that the model takes, made of any text: what it does not take becomes "-". */
export function toName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_.:-]+/g, '-').slice(0, 128);
  return name === '' ? '-' : name;
}

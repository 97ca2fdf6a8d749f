/** Checks entries of maps and ACL files against the ways in which they are used, in HAProxy's words. */
import { isIpAddress, parseIpv4Network, readIpv4Network, readIpv6Network } from '../address.ts';
import { expandAddress, splitHoledMask } from '../language/argument-types.ts';
import { readIntegerLine, readNatural } from '../language/match-methods.ts';
import { findRegexProblem } from '../language/regular-expression.ts';
import type { PackedEntries } from './packed-entries.ts';
import type { PatternUse } from './pattern-uses.ts';

/** How a file is compared and what its values are. */
export type EntryUse = Pick<PatternUse, 'match' | 'output' | 'ignoreCase'>;

/** Uses that refuse no entry need not be asked. */
export function isSelective({ match, output }: EntryUse): boolean {
  return output === 'int' || output === 'ip' || (match !== undefined && keyChecks[match] !== undefined);
}

/** Why an entry cannot be used so, without a full stop at the end; undefined when it can. */
export function findEntryProblem(use: EntryUse, key: string, value: string): string | undefined {
  const problem = use.match === undefined ? undefined : keyChecks[use.match]?.(key, use);
  if (problem !== undefined) return problem;
  const fits = use.output === 'int' ? /^[+-]?[0-9]*$/.test(value) : use.output === 'ip' ? isIpAddress(value) : true;
  return fits ? undefined : `unable to parse '${value}'`;
}

const keyChecks: Partial<Record<NonNullable<PatternUse['match']>, (key: string, use: EntryUse) => string | undefined>> =
  {
    int: findNumberProblem,
    len: findNumberProblem,
    ip: (key, { output }) =>
      isNetwork(key, output === undefined) ? undefined : `'${key}' is not a valid IPv4 or IPv6 address`,
    bin: (key) => (/^(?:[0-9A-Fa-f]{2})*$/.test(key) ? undefined : 'an even number of hex digit is expected'),
    reg: findRegex,
    regm: findRegex,
  };

/** HAProxy takes "10.1" for 10.0.0.1 in ACLs and not in maps. */
function isNetwork(key: string, mayBeShort: boolean): boolean {
  if (parseIpv4Network(key) !== undefined) return true;
  if (splitHoledMask(key) !== undefined) return true;
  return (
    expandAddress(key) !== undefined && (mayBeShort || key.includes(':') || /^\d+\.\d+\.\d+\.\d+(?:\/|$)/.test(key))
  );
}

function findNumberProblem(key: string): string | undefined {
  if (readIntegerLine(key) !== undefined) return undefined;
  return /[:-]/.test(key) ? `'${key}' is not a valid number range` : `'${key}' is not a number`;
}

function findRegex(key: string, { ignoreCase }: EntryUse): string | undefined {
  const problem = findRegexProblem(key, ignoreCase);
  return problem === undefined ? undefined : `regex '${key}' is invalid: ${problem}`;
}

/** The first entry that one of the uses cannot take: its number from 0 and why; undefined when all can be used. */
export function findContentsProblem(
  uses: readonly EntryUse[],
  entries: PackedEntries,
): { index: number; problem: string } | undefined {
  const { bytes } = entries;
  for (const use of uses) {
    if (!isSelective(use)) continue;
    const isPlain = use.output === 'int' || use.output === 'ip' ? undefined : plainChecks[use.match ?? ''];
    for (let index = 0; index < entries.size; index++) {
      if (isPlain?.(bytes, entries.keyStart(index), entries.keyEnd(index)) === true) continue;
      const problem = findEntryProblem(use, entries.key(index), entries.value(index));
      if (problem !== undefined) return { index, problem };
    }
  }
  return undefined;
}

type PlainCheck = (bytes: Uint8Array, from: number, to: number) => boolean;

const isPlainNumber: PlainCheck = (bytes, from, to) => readNatural(bytes, from, to) >= 0;
const words = new Int32Array(4);

/** Keys as they mostly are, that need no text to be made of them. */
const plainChecks: Readonly<Record<string, PlainCheck>> = {
  int: isPlainNumber,
  len: isPlainNumber,
  ip: (bytes, from, to) => readIpv4Network(bytes, from, to) >= 0 || readIpv6Network(bytes, from, to, words) >= 0,
};

/** How texts and log lines write numbers and addresses under the flag X (configuration manual 2.6, section 8.2.6). */
import type { LogVariableName } from '../../shared/language/log-variables.ts';

/** The fewest digits of each number that has a hexadecimal form. */
export const hexDigits: Partial<Record<LogVariableName, number>> = {
  Ts: 4,
  ms: 2,
  lc: 4,
  rt: 4,
  pid: 4,
  sp: 4,
  cp: 4,
  fp: 4,
  bp: 4,
};

export function hexadecimal(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** An IPv4 address as "7F000001"; others, and none, stay as they are. */
export function hexAddress(address: string): string {
  if (!address.includes('.')) return address;
  return address
    .split('.')
    .map((part) => hexadecimal(Number(part), 2))
    .join('');
}

/** The values of header fields one by one: whole lines, or the elements of comma-separated lists. */
import type { ValueTest } from '../compiled.ts';
import type { HeaderFields, SampleContext } from '../sample-context.ts';

/** Index of the comma that ends the element at `start`, or the length; commas in quotes end nothing. */
export function elementEnd(value: string, start: number): number {
  let quoted = false;
  for (let at = start; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (quoted) {
      if (code === 92) at++;
      else if (code === 34) quoted = false;
    } else if (code === 44) return at;
    else if (code === 34) quoted = true;
  }
  return value.length;
}

function trimmed(value: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(value.charCodeAt(from))) from++;
  while (to > from && isBlank(value.charCodeAt(to - 1))) to--;
  return from === 0 && to === value.length ? value : value.slice(from, to);
}

const isBlank = (code: number) => code === 32 || code === 9;

/** Number of the next field of a name, or of any field for "". */
function findField(fields: HeaderFields, name: string, from: number): number {
  if (name !== '') return fields.find(name, from);
  return fields.next(from);
}

/** Whether one of the values holds. `isList` splits at commas. */
export function someValue(
  fields: HeaderFields,
  name: string,
  isList: boolean,
  context: SampleContext,
  test: ValueTest,
): boolean {
  for (let field = findField(fields, name, 0); field >= 0; field = findField(fields, name, field + 1)) {
    const value = fields.value(field);
    if (!isList || value.indexOf(',') < 0) {
      if (test(value, context)) return true;
      continue;
    }
    for (let start = 0; start <= value.length; ) {
      const end = elementEnd(value, start);
      if (test(trimmed(value, start, end), context)) return true;
      start = end + 1;
    }
  }
  return false;
}

export function countValues(fields: HeaderFields, name: string, isList: boolean): number {
  let count = 0;
  for (let field = findField(fields, name, 0); field >= 0; field = findField(fields, name, field + 1)) {
    count++;
    if (!isList) continue;
    const value = fields.value(field);
    for (let end = elementEnd(value, 0); end < value.length; end = elementEnd(value, end + 1)) count++;
  }
  return count;
}

/** The value by number: from 1, or from -1 for the last; undefined when there are not so many. */
export function nthValue(fields: HeaderFields, name: string, isList: boolean, number: number): string | undefined {
  let left = number > 0 ? number : countValues(fields, name, isList) + number + 1;
  if (left < 1) return undefined;
  for (let field = findField(fields, name, 0); field >= 0; field = findField(fields, name, field + 1)) {
    const value = fields.value(field);
    if (!isList || value.indexOf(',') < 0) {
      if (--left === 0) return value;
      continue;
    }
    for (let start = 0; start <= value.length; ) {
      const end = elementEnd(value, start);
      if (--left === 0) return trimmed(value, start, end);
      start = end + 1;
    }
  }
  return undefined;
}

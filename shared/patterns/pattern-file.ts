/** Maps and ACL files: lists of patterns that change while versions stay, by the names that expressions call them. */
import type { PackedEntries } from './packed-entries.ts';

export type PatternKind = 'map' | 'acl';

/** Of a map keys and values in turn, of an ACL file its patterns, in order. */
export type PatternContents = readonly string[];

export interface PatternFile {
  readonly name: string;
  readonly entries: PackedEntries;
}

/** A change of one file; "set" makes all entries of a key have a value, or adds one; numbers count entries of one key from 0. */
export type PatternChange =
  | readonly ['add', key: string, value: string]
  | readonly ['set', key: string, value: string]
  | readonly ['del', key: string]
  | readonly ['set-one', key: string, number: number, value: string]
  | readonly ['del-one', key: string, number: number];

/** How messages call a kind. */
export const kindNames: Readonly<Record<PatternKind, string>> = { map: 'map', acl: 'ACL file' };

/** A name that is the same for no two files. */
export function patternId(kind: PatternKind, name: string): string {
  return `${kind} ${name}`;
}

/** Calls back with each line that says something, without blanks at its beginning, and its number from 1. */
export function forEachLine(text: string, visit: (line: string, number: number) => void): void {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    number++;
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed;
    let from = start;
    if (text.charCodeAt(from) !== 35) {
      while (from < next && isBlank(text.charCodeAt(from))) from++;
      const line = text.slice(from, next);
      const end = line.indexOf('\r');
      if (line !== '' && end !== 0) visit(end < 0 ? line : line.slice(0, end), number);
    }
    start = next + 1;
  }
}

function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

const isBlank = (code: number) => code === 32 || code === 9;

/** The text of a file that reads back as these contents. */
export function writePatterns(kind: PatternKind, contents: PatternContents): string {
  let text = '';
  if (kind === 'acl') for (const pattern of contents) text += `${guarded(pattern)}\n`;
  else for (let at = 0; at < contents.length; at += 2) text += `${guarded(contents[at] ?? '')} ${contents[at + 1]}\n`;
  return text;
}

/** What begins with "#" is no comment behind a blank. */
function guarded(text: string): string {
  return text.startsWith('#') ? ` ${text}` : text;
}

/** Why a text cannot be an entry that a file holds; undefined when it can. A key that a map has from a file holds no blanks. */
export function findTextProblem(kind: PatternKind, key: string, value: string): string | undefined {
  if (key === '') return kind === 'map' ? 'a key is not empty' : 'a pattern is not empty';
  if (/[\r\n\0]/.test(key) || /[\r\n\0]/.test(value)) return 'line ends cannot stand in an entry';
  if (kind === 'map' && /[ \t]/.test(key)) return `the key "${key}" has white space in it`;
  if (kind === 'acl' && /^[ \t]/.test(key)) return `the pattern "${key}" begins with white space`;
  if (kind === 'map' && value !== trimBlanks(value)) return `the value "${value}" has white space around it`;
  return undefined;
}

/** Path of the resource of a file, below "/v1". */
export function patternPath(kind: PatternKind, name: string): string {
  return `/${kind === 'map' ? 'maps' : 'acl-files'}/${encodeURIComponent(name)}`;
}

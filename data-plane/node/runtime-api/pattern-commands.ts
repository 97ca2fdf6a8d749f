/** Commands that show maps and ACLs and look samples up in them (management manual 2.6, section 9.3). */

import { splitHoledMask } from '../../../shared/language/argument-types.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { type PatternEntry, PatternList } from '../../../shared/patterns/pattern-list.ts';
import { createIndex, type IndexMethod } from '../../patterns/pattern-index.ts';
import { asAddress, bytesToText, textToInteger, type Value } from '../../rules/sample-value.ts';
import type { NodeFile } from '../node-patterns.ts';
import { type Answer, type Command, type CommandInput, failure } from './command.ts';
import { contentsOf, entryId, findList, type ListWord, readVersion, unknownList } from './pattern-lists.ts';
import { type PatternReference, patternReferences, type Way } from './pattern-references.ts';

export const patternCommands: readonly Command[] = (['acl', 'map'] as const).flatMap((word) => [
  {
    words: ['get', word],
    usage: `get ${word} <${word}> <value>`,
    help:
      word === 'map'
        ? 'look a value up in a map, in every way in which it is used'
        : 'compare a value with the patterns of an ACL or file',
    level: 'user',
    run: (input) => lookUp(input, word),
  },
  {
    words: ['show', word],
    usage: `show ${word} [@<ver>] [<${word}>]`,
    help:
      word === 'map' ? 'list the maps, or the entries of one' : 'list the ACLs and their files, or the patterns of one',
    level: 'user',
    run: (input) => show(input, word),
  },
]);

function show(input: CommandInput, word: ListWord): Answer {
  const version = readVersion(input.words[2]);
  const name = input.words[version === undefined ? 2 : 3];
  if (name === undefined && version === undefined) return list(input, word);
  const found = name === undefined ? undefined : findList(input, word, name);
  if (found === undefined) return unknownList(word);
  const { reference, file } = found;
  const entries = file === undefined ? inline(reference) : contentsOf(file, version);
  let text = '';
  for (const entry of entries?.copies() ?? []) {
    const { kind } = reference;
    text += `${entryId(kind, entry)} ${shown(entry.key)}${kind === 'map' ? ` ${shown(entry.value)}` : ''}\n`;
  }
  return text;
}

/** Entries are texts of bytes, answers are UTF-8. */
export function shown(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

function inline({ values = [] }: PatternReference): PatternList {
  return new PatternList('acl', values.map(toBytes));
}

function list({ node }: CommandInput, word: ListWord): string {
  let text = '# id (file) description\n';
  for (const reference of patternReferences(node.snapshot)) {
    if (!(word === 'map' ? reference.isMap : reference.isAcl)) continue;
    const { id, file, kind, description, ways, values } = reference;
    const held = values === undefined ? node.patterns.find(kind, file) : undefined;
    const { current = 0, next = 0 } = held ?? {};
    const count = (values?.length ?? (held === undefined ? 0 : countAll(held))) * ways.length;
    text += `${id} (${file}) ${description}. curr_ver=${current} next_ver=${next} entry_cnt=${count}\n`;
  }
  return text;
}

/** Prepared contents count too. */
function countAll({ list: entries, prepared }: NodeFile): number {
  return [...prepared.values()].reduce((sum, { size }) => sum + size, entries.size);
}

function lookUp(input: CommandInput, word: ListWord): Answer {
  const [, , name, value] = input.words;
  if (name === undefined || value === undefined) {
    return failure(`Missing ${word === 'map' ? 'map' : 'ACL'} identifier and/or key.\n`);
  }
  const found = findList(input, word, name);
  if (found === undefined) return unknownList(word);
  const entries = found.file?.list ?? inline(found.reference);
  return found.reference.ways.map((way) => `${describeLookup(way, entries, toBytes(value), word)}\n`).join('');
}

function describeLookup(way: Way, entries: PatternList, value: string, word: ListWord): string {
  const { match, output, ignoreCase } = way;
  const start = `type=${match}, case=${ignoreCase ? 'insensitive' : 'sensitive'}`;
  const said = word === 'map' ? 'found' : 'match';
  const entry = findMatch(way, entries, value);
  if (entry === undefined) return `${start}, ${said}=no`;
  const hit = `${start}, ${said}=yes, idx=${isInTree(way, entry) ? 'tree' : 'list'}`;
  if (word === 'acl') return `${hit}, pattern="${shown(entry.key)}"`;
  const type = output === 'int' ? 'sint' : output === 'ip' ? (entry.value.includes(':') ? 'ipv6' : 'ipv4') : 'str';
  const has = output === undefined ? 'none' : `"${shownValue(output, entry.value)}", type="${type}"`;
  return `${hit}, key="${shown(entry.key)}", value=${has}`;
}

/** Numbers are shown as they are read. */
function shownValue(output: Way['output'], value: string): string {
  return output === 'int' ? String(textToInteger(value) ?? 0) : shown(value);
}

/** An index for this one question: nobody asks so often that keeping it would pay. */
function findMatch({ match, ignoreCase }: Way, entries: PatternList, value: string): PatternEntry | undefined {
  if (match === undefined || match === 'found' || match === 'bool') return undefined;
  const method: IndexMethod = match === 'regm' ? 'reg' : match;
  const sample = toSample(method, value);
  if (sample === undefined) return undefined;
  const index = createIndex(method, ignoreCase);
  index.fill(entries);
  return index.find(sample);
}

function toSample(method: IndexMethod, value: string): Value | undefined {
  if (method === 'ip') return asAddress(bytesToText(value));
  return method === 'int' ? textToInteger(value) : value;
}

function isInTree({ match, ignoreCase }: Way, { key }: PatternEntry): boolean {
  if (match === 'ip') return splitHoledMask(key) === undefined;
  return (match === 'str' || match === 'beg') && !ignoreCase;
}

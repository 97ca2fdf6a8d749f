/** Reads the maps and ACL files that a configuration names, and tells what is wrong with them as HAProxy does. */
import type { ConfigDocument } from '../model/config.ts';
import { findContentsProblem } from '../patterns/check-entries.ts';
import { PackedEntries } from '../patterns/packed-entries.ts';
import { forEachLine, type PatternFile, type PatternKind, patternId } from '../patterns/pattern-file.ts';
import { findPatternUses, type PatternUse } from '../patterns/pattern-uses.ts';
import type { CfgDraft } from './proxy-draft.ts';
import type { CfgLine } from './read-lines.ts';

/** The content of a file, or of one that is known already; throws Error with a whole sentence, without its full stop. */
export type ReadPatterns = (kind: PatternKind, path: string) => PackedEntries;

/** Every file once, in the order in which they are named. */
export function readPatternFiles(cfg: CfgDraft, config: ConfigDocument): PatternFile[] {
  if (cfg.report.failed) return [];
  const uses = findPatternUses(config);
  const files = new Map<string, PatternFile>();
  // Rules that change a file read none.
  for (const use of uses) if (use.match !== undefined) attempt(cfg, config, use, () => readOne(cfg, files, use));
  for (const use of uses) if (use.match === undefined) attempt(cfg, config, use, () => readForRule(cfg, files, use));
  return [...files.values()];
}

function readOne({ readPatterns }: CfgDraft, files: Map<string, PatternFile>, use: PatternUse): void {
  const { kind, name } = use;
  const other = kind === 'map' ? 'acl' : 'map';
  if (files.has(patternId(other, name))) {
    const [before, now] = kind === 'map' ? ['one', 'two'] : ['two', 'one'];
    throw new Error(
      `The file "${name}" is already used as ${before} column file and cannot be used by as ${now} column file.`,
    );
  }
  const id = patternId(kind, name);
  let file = files.get(id);
  if (file === undefined) {
    file = { name, entries: readPatterns(kind, name) };
    files.set(id, file);
  }
  checkEntries(file, use);
}

function checkEntries({ name, entries }: PatternFile, use: PatternUse): void {
  const found = findContentsProblem([use], entries);
  if (found !== undefined) throw new EntryError(found.problem, name, found.index);
}

/** An entry that its file cannot have, by its number from 0. */
class EntryError extends Error {
  readonly path: string;
  readonly index: number;

  constructor(problem: string, path: string, index: number) {
    super(problem);
    this.path = path;
    this.index = index;
  }
}

/** HAProxy lets a rule name a file that nothing reads: the rule then does nothing. */
function readForRule({ report, readPatterns }: CfgDraft, files: Map<string, PatternFile>, use: PatternUse): void {
  const { kind, name, resource, pointer } = use;
  if (files.has(patternId(kind, name))) return;
  if (files.has(patternId(kind === 'map' ? 'acl' : 'map', name))) {
    throw new Error(
      `a ${kind === 'map' ? 'map' : 'pattern'} rule on a file of the other kind is not supported by Sluice`,
    );
  }
  let entries = PackedEntries.from(kind, []);
  try {
    entries = readPatterns(kind, name);
  } catch (error) {
    if (!(error instanceof UnreadablePatterns)) throw error;
  }
  files.set(patternId(kind, name), { name, entries });
  const line = report.placeOf(resource + pointer);
  if (line !== undefined) report.skip(line, `no ACL and no map is read from '${name}'`);
}

/** A file that is not there, or cannot be read. */
export class UnreadablePatterns extends Error {}

function attempt(cfg: CfgDraft, config: ConfigDocument, use: PatternUse, read: () => void): void {
  try {
    read();
  } catch (error) {
    const { report } = cfg;
    const where =
      error instanceof EntryError ? ` at line ${lineOf(cfg, use, error.index)} of file '${error.path}'` : '';
    const text = `${(error as Error).message}${where}.`;
    const line = report.placeOf(use.resource + use.pointer);
    if (line === undefined) report.alertWhole(`${use.resource}${use.pointer}: ${text}`);
    else report.alert(line, `${introduction(cfg, config, use, line)} : ${text}`);
  }
}

/** The line of a file that an entry stands in. */
function lineOf({ readPatternBytes }: CfgDraft, { name }: PatternUse, index: number): number {
  let count = 0;
  let found = 0;
  forEachLine(readPatternBytes(name).toString('latin1'), (_line, number) => {
    if (count++ === index) found = number;
  });
  return found;
}

/** What HAProxy says before what is wrong: it depends on the kind of line. */
function introduction(cfg: CfgDraft, config: ConfigDocument, use: PatternUse, { words }: CfgLine): string {
  const [first = '', second = '', third = ''] = words.map(({ text }) => text);
  if (first === 'acl') return `error detected while parsing ACL '${second}'`;
  const isCondition = /\/(?:if|unless)$/.test(use.pointer);
  if (first === 'use_backend' || first === 'use-server') return 'error detected while parsing switching rule';
  const rule = first.startsWith('tcp-') ? `${first} ${second} ${third}` : `${first} ${second}`;
  if (isCondition) return `error detected while parsing an '${rule}' condition`;
  const [, field = '', name = ''] = use.resource.split('/');
  const kind = cfg.proxies.find((draft) => draft.name === name)?.kind ?? field;
  const converter = use.output === undefined ? '' : `invalid args in converter '${converterOf(config, use)}'`;
  const start = `error detected in ${kind} '${name}' while parsing '${rule}' rule`;
  return converter === '' ? start : `${start} : ${expressionOf(config, use)}${converter}`;
}

/** The text that a use stands in. */
function textOf(config: ConfigDocument, { resource, pointer }: PatternUse): string {
  const [, field = '', name = ''] = resource.split('/');
  const items = (config as Record<string, unknown>)[field] as { name: string }[] | undefined;
  let value: unknown = items?.find((item) => item.name === name);
  for (const step of pointer.split('/').slice(1)) value = (value as Record<string, unknown> | undefined)?.[step];
  return typeof value === 'string' ? value : '';
}

/** As it is written: "map" and "map_str" are the same. */
function converterOf(config: ConfigDocument, use: PatternUse): string {
  const before = textOf(config, use).split(use.name)[0] ?? '';
  return /(map[_a-z]*)\(["']?$/.exec(before)?.[1] ?? 'map';
}

/** In a text, HAProxy shows the expression and all that follows it. */
function expressionOf(config: ConfigDocument, use: PatternUse): string {
  const text = textOf(config, use);
  const starts = [...text.slice(0, text.indexOf(use.name)).matchAll(/%(?:\{[^}]*\})?\[/g)];
  const last = starts.at(-1);
  return last === undefined ? '' : `failed to parse sample expression <${text.slice(last.index + last[0].length)}> : `;
}

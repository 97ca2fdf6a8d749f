/** `stick-table` lines of proxies and `table` lines of `peers` sections. */
import { findStoreConflict, parseStoredData } from '../../model/stick-data.ts';
import type { StickTable } from '../../model/stick-table.ts';
import { stickTableTypes } from '../../model/vocabulary.ts';
import { parseCfgSize, parseCfgTime } from '../cfg-values.ts';
import { type CfgDraft, type PeersDraft, type ProxyDraft, wordOf } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { describe, TableProblem } from './rule-words.ts';

type Definition = Partial<StickTable>;

export function readStickTable(statement: Statement, draft: ProxyDraft, cfg: CfgDraft): void {
  const kind = wordOf(draft);
  if (draft.kind === 'defaults') statement.alert("'stick-table' is not supported in 'defaults' section.");
  else if (isFree(statement, cfg, kind, draft.name, 'stick-table name')) {
    const table = readTable(statement, 'stick-table', statement.args, true);
    if (table !== undefined) draft.stickTable = { item: table, line: statement.line };
  }
}

/** Names of tables are unique whatever they belong to. */
function isFree({ line, report }: Statement, cfg: CfgDraft, kind: string, name: string, what: string): boolean {
  const known = cfg.tables.get(name);
  if (known === undefined) {
    cfg.tables.set(name, { kind, line });
    return true;
  }
  const place = `${known.line.file}:${known.line.line}`;
  report.alert(line, `${what} '${name}' conflicts with table declared in ${known.kind} '${name}' at ${place}.`);
  return false;
}

/** Lines of a `peers` section: its tables; where other nodes are has no effect yet. */
export function readPeersLine(statement: Statement, draft: PeersDraft, cfg: CfgDraft): void {
  if (statement.keyword !== 'table') {
    statement.skip('other nodes are not reached; the workers of a node share tables by themselves');
    return;
  }
  const [name = '', ...words] = statement.args;
  const bad = /[^A-Za-z0-9_.:-]/.exec(name)?.[0];
  if (bad !== undefined) {
    statement.alert(`table : character '${bad}' is not permitted in table name '${name}'.`);
    return;
  }
  if (!isFree(statement, cfg, 'peers', `${draft.name}/${name}`, 'table name')) return;
  const table = readTable(statement, 'table', words, false);
  if (table !== undefined)
    draft.tables.push({ item: { name, ...describe(statement), ...table }, line: statement.line });
}

/** The definition; undefined after an alert. */
function readTable(
  statement: Statement,
  keyword: 'stick-table' | 'table',
  words: readonly string[],
  mayHavePeers: boolean,
): StickTable | undefined {
  const definition: Definition = {};
  try {
    for (let at = 0; at < words.length; ) at = readWord(statement, definition, words, at, mayHavePeers);
    const { type, size, ...rest } = definition;
    if (size === undefined || size === 0) throw new TableProblem('missing size.');
    if (type === undefined) throw new TableProblem('missing type.');
    return { type, size, ...rest };
  } catch (error) {
    if (!(error instanceof TableProblem)) throw error;
    statement.alert(`${keyword}${error.separator}${error.message}`);
    return undefined;
  }
}

/** Reads the word at `at` with its argument; answers where the next one stands. */
function readWord(
  statement: Statement,
  definition: Definition,
  words: readonly string[],
  at: number,
  mayHavePeers: boolean,
): number {
  const word = words[at] ?? '';
  const value = words[at + 1];
  switch (word) {
    case 'type':
      return readType(definition, words, at + 1);
    case 'size':
      definition.size = readSize(needed(word, value));
      return at + 2;
    case 'expire':
      definition.expire = readExpire(needed(word, value));
      return at + 2;
    case 'nopurge':
      definition.nopurge = true;
      return at + 1;
    case 'srvkey':
      if (value !== 'name' && value !== 'addr')
        throw new TableProblem(`unknown server key type '${value ?? ''}'.`, ' : ');
      definition.srvkey = value;
      return at + 2;
    case 'store':
      if (value !== undefined) definition.store = readStore(statement, definition.store ?? [], value);
      return at + 2;
    default:
      if (word !== 'peers' || !mayHavePeers) throw new TableProblem(`unknown argument '${word}'.`);
      definition.peers = needed(word, value);
      return at + 2;
  }
}

function needed(word: string, value: string | undefined): string {
  if (value === undefined) throw new TableProblem(`missing argument after '${word}'.`);
  return value;
}

function readType(definition: Definition, words: readonly string[], at: number): number {
  const type = stickTableTypes.find((known) => known === words[at]);
  if (type === undefined) throw new TableProblem(`unknown type '${words[at] ?? ''}'.`);
  definition.type = type;
  if (words[at + 1] !== 'len' || (type !== 'string' && type !== 'binary')) return at + 1;
  const len = /^[0-9]+/.exec(words[at + 2] ?? '')?.[0];
  if (!(Number(len) > 0)) throw new TableProblem(`unknown type '${words[at + 2] ?? ''}'.`);
  definition.len = Number(len);
  return at + 3;
}

function readSize(text: string): number {
  const size = parseCfgSize(text);
  if (size !== undefined) return size;
  throw new TableProblem(`unexpected character '${/[^0-9]/.exec(text)?.[0] ?? ''}' in argument of 'size'.`);
}

function readExpire(text: string): string {
  const time = parseCfgTime(text);
  if ('value' in time) return time.value;
  throw new TableProblem(
    time.problem === 'overflow'
      ? `timer overflow in argument <${text}> to <expire>, maximum value is 2147483647 ms (~24.8 days).`
      : `unexpected character '${time.problem}' in argument of 'expire'.`,
  );
}

/** Commas in parentheses belong to an argument. */
function readStore(statement: Statement, before: readonly string[], list: string): string[] {
  const store = [...before];
  const typeOf = (item: string) => item.replace(/\(.*/s, '');
  for (const item of list.match(/[^,(]+(?:\([^)]*\)?)?/g) ?? []) {
    const data = parseStoredData(item);
    if ('problem' in data) throw new TableProblem(`${data.problem}.`);
    if (store.some((other) => typeOf(other) === data.type)) {
      statement.warn(`stick-table: store option '${data.type}' already enabled, ignored.`);
      continue;
    }
    store.push(item);
    const conflict = findStoreConflict(store.map(typeOf));
    if (conflict !== undefined) throw new TableProblem(`${conflict}.`);
  }
  return store;
}

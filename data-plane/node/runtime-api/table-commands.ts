/** Commands that show, fill and empty stick tables (management manual 2.6, section 9.3). */
import { findStickDataType } from '../../../shared/model/stick-data.ts';
import type { StickEntry } from '../../tables/stick-entry.ts';
import type { StickTable } from '../../tables/stick-table.ts';
import { compareKeys, readKey, showKey } from '../../tables/table-key.ts';
import type { Field } from '../../tables/table-layout.ts';
import { type Answer, type Command, type CommandInput, failure, hasLevel, permissionDenied } from './command.ts';
import { type EntryFilter, readFilter } from './table-filter.ts';

export const tableCommands: readonly Command[] = [
  {
    words: ['clear', 'table'],
    usage: 'clear table <table> [<filter>]*',
    help: 'remove entries of a stick table (filter: data or key)',
    level: 'operator',
    run: (input) => run(input, clearing),
  },
  {
    words: ['set', 'table'],
    usage: 'set table <table> key <k> [data.* <v>]*',
    help: 'change or create an entry of a stick table',
    level: 'operator',
    run: (input) => run(input, setting),
  },
  {
    words: ['show', 'table'],
    usage: 'show table <table> [<filter>]*',
    help: 'show stick tables, or the entries of one (filter: data or key)',
    level: 'user',
    run: (input) => run(input, showing),
  },
];

/** What becomes of a table as a whole, of the entries that a filter lets through, and of the one with a key. */
interface Verb {
  /** How it is called right. */
  readonly usage: string;
  /** Without a table; undefined where one is needed. */
  readonly all?: (input: CommandInput) => Answer;
  readonly whole: (input: CommandInput, table: StickTable) => Answer;
  readonly filtered?: (input: CommandInput, table: StickTable, filter: EntryFilter) => Answer;
  readonly keyed: (input: CommandInput, table: StickTable, key: string) => Answer;
}

/** Words behind the table say "key" or "data.<type>". */
function run(input: CommandInput, verb: Verb): Answer {
  const [, , name, what] = input.words;
  if (name === undefined) return verb.all === undefined ? failure(`${verb.usage}\n`) : verb.all(input);
  const table = input.node.tables.find(name);
  if (table === undefined) return failure('No such table\n');
  if (what === undefined) return verb.whole(input, table);
  if (what === 'key') return runKeyed(input, verb, table);
  if (!what.startsWith('data.')) return failure(`${verb.usage}\n`);
  if (verb.filtered === undefined) {
    return failure('content-based lookup is only supported with the "show" and "clear" actions\n');
  }
  const filter = readFilter(table, input.words.slice(3));
  return 'problem' in filter ? failure(`${filter.problem}\n`) : verb.filtered(input, table, filter);
}

function runKeyed(input: CommandInput, verb: Verb, table: StickTable): Answer {
  const text = input.words[4];
  if (text === undefined) return failure('Key value expected\n');
  // Only operators see and change entries, as in HAProxy.
  if (!hasLevel(input.session.level, 'operator')) return permissionDenied;
  const { definition } = table;
  if (definition.type === 'binary')
    return failure(unwritable[verb === showing ? 'show' : verb === clearing ? 'clear' : 'set']);
  const key = readKey(definition, text);
  return key === undefined ? failure('Invalid key\n') : verb.keyed(input, table, key);
}

const types = 'tables of type other than ip, ipv6, string and integer is not supported\n';
const unwritable = {
  show: `Showing keys from ${types}`,
  clear: `Removing keys from ${types}`,
  set: `Inserting keys into ${types}`,
};

/** HAProxy keeps its tables the other way round. */
const showing: Verb = {
  usage: 'Optional argument only supports "data.<store_data_type>" <operator> <value> and key <key>',
  all: ({ node }) => [...node.tables.list()].reverse().map(headLine).join(''),
  whole: (input, table) => showEntries(input, table, () => true),
  filtered: (input, table, filter) => showEntries(input, table, filter.matches),
  keyed: (_input, table, key) => {
    const entry = table.find(key);
    return entry === undefined ? '' : headLine(table) + entryLine(table, entry);
  },
};

function headLine({ definition, used }: StickTable): string {
  return `# table: ${definition.name}, type: ${definition.type}, size:${definition.size}, used:${used}\n`;
}

function showEntries({ session }: CommandInput, table: StickTable, matches: (entry: StickEntry) => boolean): Answer {
  if (!hasLevel(session.level, 'operator')) {
    return `${headLine(table)}# contents not dumped due to insufficient privileges\n`;
  }
  const compare = compareKeys(table.definition);
  const entries = [...table.entries()].filter(matches).sort((one, other) => compare(one.key, other.key));
  return headLine(table) + entries.map((entry) => entryLine(table, entry)).join('');
}

/** Where HAProxy shows the address of the entry in its memory, one that stays the same for the entry. */
const addresses = new WeakMap<StickEntry, string>();
let lastAddress = 0x1000;

function addressOf(entry: StickEntry): string {
  let address = addresses.get(entry);
  if (address === undefined) {
    lastAddress += 0x10;
    address = `0x${lastAddress.toString(16)}`;
    addresses.set(entry, address);
  }
  return address;
}

function entryLine(table: StickTable, entry: StickEntry): string {
  const head = `${addressOf(entry)}: key=${showKey(table.definition, entry.key)}`;
  const data = table.layout.fields.map((field) => ` ${showField(table, entry, field)}`).join('');
  return `${head} use=${entry.uses} exp=${table.expiresIn(entry)}${data}\n`;
}

function showField(table: StickTable, entry: StickEntry, field: Field): string {
  const { name, kind, period } = field;
  if (kind === 'server-key') return `${name}=${entry.serverKey === '' ? '-' : entry.serverKey}`;
  return `${name}${kind === 'rate' ? `(${period})` : ''}=${table.read(entry, field)}`;
}

const clearing: Verb = {
  usage: 'Required arguments: <table> "data.<store_data_type>" <operator> <value> or <table> key <key>',
  whole: (input, table) => clearEntries(input, table, () => true),
  filtered: (input, table, filter) => clearEntries(input, table, filter.matches),
  keyed: ({ node }, table, key) => {
    const entry = table.find(key);
    if (entry === undefined) return '';
    if (entry.uses > 0) return failure('Entry currently in use, cannot remove\n');
    node.tables.clear(table, [entry]);
    return '';
  },
};

function clearEntries({ node }: CommandInput, table: StickTable, matches: (entry: StickEntry) => boolean): Answer {
  node.tables.clear(
    table,
    [...table.entries()].filter((entry) => entry.uses === 0 && matches(entry)),
  );
  return '';
}

const setting: Verb = {
  usage: 'Required arguments: <table> key <key> [data.<store_data_type> <value>]*',
  whole: () => '',
  keyed: ({ node, words }, table, key) => {
    const given: [Field, number][] = [];
    let problem = '';
    for (let at = 5; at < words.length && problem === ''; at += 2) {
      const read = readValue(table, words[at] ?? '', words[at + 1]);
      if (typeof read === 'string') problem = read;
      else given.push(read);
    }
    // What stands before a mistake is carried out, as in HAProxy.
    if (!node.tables.set(table, key, given)) return failure('Unable to allocate a new entry\n');
    return problem === '' ? '' : failure(`${problem}\n`);
  },
};

/** "data.<type>" and its value, or what is wrong with them. */
function readValue(table: StickTable, word: string, text: string | undefined): [Field, number] | string {
  if (!word.startsWith('data.')) return '"data.<type>" followed by a value expected';
  const name = word.slice('data.'.length);
  if (findStickDataType(name) === undefined) return 'Unknown data type';
  // Of an array the first element.
  const field = table.layout.fields.find(({ type }) => type === name);
  if (field === undefined) return 'Data type not stored in this table';
  if (text === undefined || !/^-?[0-9]+$/.test(text)) return 'Require a valid integer value to store';
  return [field, fit(field, BigInt(text))];
}

/** As many bits as HAProxy has for it; only numbers of servers have a sign. */
function fit({ kind, type }: Field, value: bigint): number {
  if (kind === 'server-id') return Number(BigInt.asIntN(32, value));
  return Number(BigInt.asUintN(type.startsWith('bytes_') && kind === 'counter' ? 64 : 32, value));
}

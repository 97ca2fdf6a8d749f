/** Commands that change maps and ACL files, at once or as prepared contents that take their place together. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { PatternList } from '../../../shared/patterns/pattern-list.ts';
import type { NodeFile } from '../node-patterns.ts';
import { type Answer, type Command, type CommandInput, failure, type Notice, notice } from './command.ts';
import {
  contentsOf,
  findEntry,
  findList,
  type ListWord,
  missingList,
  notInFile,
  readVersion,
  unknownList,
} from './pattern-lists.ts';

const noun = (word: ListWord) => (word === 'map' ? 'map' : 'ACL file');

const ofBoth = (['acl', 'map'] as const).flatMap((word): Command[] => [
  {
    words: ['add', word],
    usage: word === 'map' ? 'add map [@<ver>] <map> <key> <value>' : 'add acl [@<ver>] <acl> <pattern>',
    help: word === 'map' ? 'add an entry to a map; a payload adds several' : 'add a pattern to an ACL file',
    level: 'user',
    run: (input) => (word === 'map' ? addToMap(input) : addToAcl(input)),
  },
  {
    words: ['clear', word],
    usage: `clear ${word} [@<ver>] <${word}>`,
    help: `drop all entries of ${noun(word) === 'map' ? 'a map' : 'an ACL file'}`,
    level: 'user',
    run: (input) => clear(input, word),
  },
  {
    words: ['commit', word],
    usage: `commit ${word} @<ver> <${word}>`,
    help: `put prepared contents of ${noun(word) === 'map' ? 'a map' : 'an ACL file'} in force`,
    level: 'user',
    run: (input) => commit(input, word),
  },
  {
    words: ['del', word],
    usage: `del ${word} <${word}> <key>|#<ref>`,
    help: `drop the entries of a key, or one, of ${noun(word) === 'map' ? 'a map' : 'an ACL file'}`,
    level: 'user',
    run: (input) => remove(input, word),
  },
  {
    words: ['prepare', word],
    usage: `prepare ${word} <${word}>`,
    help: `begin new contents of ${noun(word) === 'map' ? 'a map' : 'an ACL file'}`,
    level: 'user',
    run: (input) => prepare(input, word),
  },
]);

export const patternChanges: readonly Command[] = [
  ...ofBoth,
  {
    words: ['set', 'map'],
    usage: 'set map <map> <key>|#<ref> <value>',
    help: 'give the entries of a key, or one, another value',
    level: 'user',
    run: setInMap,
  },
];

interface Target {
  readonly file: NodeFile;
  /** Undefined for the contents in force. */
  readonly version: number | undefined;
  /** The words behind the name. */
  readonly words: readonly string[];
}

/** The file and the version that a command names; `missing` is what it says without a name. */
function target(input: CommandInput, word: ListWord, missing: Notice): Target | Notice {
  const version = readVersion(input.words[2]);
  const [name, ...words] = input.words.slice(version === undefined ? 2 : 3);
  if (name === undefined) return missing;
  const found = findList(input, word, name);
  if (found === undefined) return unknownList(word);
  return found.file === undefined ? notInFile : { file: found.file, version, words };
}

const mapUsage = failure(
  "'add map' expects three parameters (map identifier, key and value) or one parameter (map identifier) and a payload\n",
);
const aclUsage = failure("'add acl' expects two parameters: ACL identifier and pattern.\n");

function addToMap(input: CommandInput): Answer {
  const version = readVersion(input.words[2]);
  const given = input.words.length - (version === undefined ? 2 : 3);
  if (given < 1 || (given < 3 && input.payload === '')) return mapUsage;
  const found = target(input, 'map', mapUsage);
  if (!('file' in found)) return found;
  if (input.payload === '') return add(input, found, found.words[0] ?? '', found.words[1] ?? '') ?? '';
  for (const line of input.payload.slice(0, -1).split('\n')) {
    const [, key = '', value = ''] = /^([^ \t]*)[ \t]*([\s\S]*)$/.exec(line) ?? [];
    if (value === '') return failure(`Missing value for key '${key}'.\n`);
    const problem = add(input, found, key, value);
    if (problem !== undefined) return problem;
  }
  return '';
}

function addToAcl(input: CommandInput): Answer {
  const version = readVersion(input.words[2]);
  if (input.words.length - (version === undefined ? 2 : 3) < 2) return aclUsage;
  const found = target(input, 'acl', aclUsage);
  if (!('file' in found)) return found;
  if (found.file.kind === 'map') {
    return failure(
      "This ACL is shared with a map containing samples. You must use the command 'add map' to add values.\n",
    );
  }
  return add(input, found, found.words[0] ?? '', '') ?? '';
}

/** Why the entry cannot be added; undefined when it was. */
function add({ node }: CommandInput, { file, version }: Target, key: string, value: string): Notice | undefined {
  if (version !== undefined && version > file.next) {
    return failure("Version number in the future, please use 'prepare map' before.\n".replace('map', wordOf(file)));
  }
  const [keyBytes, valueBytes] = [toBytes(key), toBytes(value)];
  const problem = node.patterns.findEntryProblem(file.kind, file.name, keyBytes, valueBytes);
  if (problem !== undefined) return failure(`${problem}.\n`);
  if (version === undefined || version === file.current) {
    node.patterns.change(file, ['add', keyBytes, valueBytes]);
    return undefined;
  }
  let prepared = file.prepared.get(version);
  if (prepared === undefined) {
    prepared = new PatternList(file.kind);
    file.prepared.set(version, prepared);
  }
  prepared.add(keyBytes, valueBytes);
  return undefined;
}

const wordOf = ({ kind }: NodeFile): ListWord => kind;

function clear(input: CommandInput, word: ListWord): Answer {
  const found = target(input, word, missingList(word));
  if (!('file' in found)) return found;
  const { file, version } = found;
  if (version === undefined || version === file.current) input.node.patterns.clear(file);
  else file.prepared.delete(version);
  return '';
}

function prepare(input: CommandInput, word: ListWord): Answer {
  const found = target(input, word, unknownList(word));
  if (!('file' in found)) return found;
  const { file } = found;
  file.next++;
  file.prepared.set(file.next, new PatternList(file.kind));
  return notice(`New version created: ${file.next}\n`);
}

function commit(input: CommandInput, word: ListWord): Answer {
  if (readVersion(input.words[2]) === undefined) return failure('Missing version number.\n');
  const found = target(input, word, missingList(word));
  if (!('file' in found)) return found;
  const { file, version = 0 } = found;
  if (version <= file.current || version > file.next) return failure('Version number out of range.\n');
  input.node.patterns.commit(file, version);
  return '';
}

/** The word after "#0x" as it is written, in lower case; undefined for a key. */
function idOf(word: string): string | undefined {
  return /^#0x[0-9a-f]+$/i.test(word) ? word.slice(1).toLowerCase() : undefined;
}

function remove(input: CommandInput, word: ListWord): Answer {
  const [, , name, key] = input.words;
  if (name === undefined || key === undefined) {
    return failure(`This command expects two parameters: ${word === 'map' ? 'map' : 'ACL'} identifier and key.\n`);
  }
  const found = findList(input, word, name);
  // HAProxy speaks of a map here, whatever it was asked for.
  if (found === undefined) return unknownList('map');
  const { file } = found;
  if (file === undefined) return notInFile;
  const id = idOf(key);
  const entry = id === undefined ? undefined : findEntry(file.kind, file.list, id);
  const change =
    entry === undefined ? (['del', toBytes(key)] as const) : (['del-one', entry.key, entry.number] as const);
  return input.node.patterns.change(file, change) ? '' : failure('Key not found.\n');
}

function setInMap(input: CommandInput): Answer {
  const [, , name, key, value] = input.words;
  if (name === undefined || key === undefined || value === undefined) {
    return failure("'set map' expects three parameters: map identifier, key and value.\n");
  }
  const file = findList(input, 'map', name)?.file;
  if (file === undefined) return unknownList('map');
  const id = idOf(key);
  const entry = id === undefined ? undefined : findEntry(file.kind, file.list, id);
  if (id !== undefined && entry === undefined) return failure('key or pattern not found.\n');
  const [keyBytes, bytes] = [entry?.key ?? toBytes(key), toBytes(value)];
  if (contentsOf(file, undefined)?.find(keyBytes).length === 0) return failure('entry not found.\n');
  // HAProxy says nothing of a value that a map cannot have, and leaves the old one.
  if (input.node.patterns.findEntryProblem(file.kind, file.name, keyBytes, bytes) !== undefined) return '';
  input.node.patterns.change(
    file,
    entry === undefined ? ['set', keyBytes, bytes] : ['set-one', keyBytes, entry.number, bytes],
  );
  return '';
}

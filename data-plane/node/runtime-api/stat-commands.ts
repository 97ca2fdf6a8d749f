/** "show stat" in its forms: CSV, typed lines and JSON (management manual 2.6, sections 9.1 to 9.3). */
import { type Answer, type Command, type CommandInput, failure, hasLevel } from './command.ts';
import { proxiesOf, serversOf } from './find-proxy.ts';
import type { NodeView } from './node-view.ts';
import { type MoreName, moreNames, type StatKind, type StatName, statFields, statNames } from './stat-fields.ts';
import { backendRow, frontendRow, type Shown, type StatRow, serverRow } from './stat-rows.ts';
import { jsonField, typedText } from './typed-value.ts';

export const statCommands: readonly Command[] = [
  {
    words: ['show', 'stat'],
    usage: 'show stat [desc|json|no-maint|typed|up]*',
    help: 'show the counters of proxies and servers',
    level: 'user',
    run: showStat,
  },
];

/** Bits of <type>. */
const typeBits: Record<StatKind, number> = { frontend: 1, backend: 2, server: 4 };

const resolverColumns =
  'id,pid,sent,send_error,valid,update,cname,cname_error,any_err,nx,timeout,refused,other,invalid,too_big,truncated,outdated,';

interface Selection {
  /** -1 for all. */
  readonly iids: readonly number[];
  readonly types: number;
  readonly sid: number;
  readonly flags: ReadonlySet<string>;
}

function showStat({ node, session, words }: CommandInput): Answer {
  let rest = words.slice(2);
  if (rest[0] === 'domain') {
    // There are none.
    if (rest[1] === 'resolvers') return `# ${resolverColumns}\n`;
    if (rest[1] !== 'proxy') return failure('Invalid statistics domain.\n');
    rest = rest.slice(2);
  }
  const selection = select(node, rest);
  if (selection === undefined) return failure('No such proxy.\n');
  const { flags } = selection;
  const rows = rowsOf(node, selection, {
    legends: hasLevel(session.socketLevel, 'operator'),
    alive: flags.has('up') || flags.has('no-maint'),
  });
  if (flags.has('json')) return `${JSON.stringify(rows.map(jsonRow))}\n`;
  if (flags.has('typed')) return rows.map((row) => typedRow(row, flags.has('desc'))).join('');
  return csvHeader + rows.map(csvRow).join('');
}

/** `[<iid> <type> <sid>]` count only together; undefined when there is no such proxy. */
function select(node: NodeView, words: readonly string[]): Selection | undefined {
  const flags = new Set(words);
  const [iid, type, sid] = words;
  if (iid === undefined || type === undefined || sid === undefined) return { iids: [-1], types: -1, sid: -1, flags };
  const iids = idsOf(node, iid);
  return iids.length === 0 ? undefined : { iids, types: leadingNumber(type), sid: leadingNumber(sid), flags };
}

function idsOf(node: NodeView, word: string): number[] {
  if (/^[-+]?[0-9]+$/.test(word)) return [Number(word)];
  return proxiesOf(node.snapshot).flatMap(({ id, proxy }) => (proxy.name === word || `#${id}` === word ? [id] : []));
}

/** As C reads a number: what cannot be read is 0. */
function leadingNumber(word: string): number {
  const number = Number.parseInt(word, 10);
  return Number.isNaN(number) ? 0 : number;
}

function rowsOf(node: NodeView, { iids, types, sid, flags }: Selection, shown: Shown): StatRow[] {
  const all = iids.includes(-1);
  const wanted = (kind: StatKind) => (types & typeBits[kind]) !== 0;
  return proxiesOf(node.snapshot).flatMap((numbered): StatRow[] => {
    if (!all && !iids.includes(numbered.id)) return [];
    if (numbered.kind === 'frontend') {
      return wanted('frontend') && !numbered.proxy.disabled ? [frontendRow(node, numbered)] : [];
    }
    const servers = wanted('server') ? serversOf(numbered.proxy) : [];
    const rows = servers.flatMap((server): StatRow[] => {
      const view = node.server(server.server.uid);
      if (view === undefined || (sid !== -1 && sid !== server.id)) return [];
      if (flags.has('no-maint') && view.admin === 'maint') return [];
      if (flags.has('up') && (view.admin === 'maint' || !view.up)) return [];
      return [serverRow(node, numbered, server, view, shown)];
    });
    return wanted('backend') ? [...rows, backendRow(node, numbered, shown)] : rows;
  });
}

const columns: readonly (StatName | MoreName | '-')[] = [...statNames, '-', ...moreNames];
const csvHeader = `# ${columns.join(',')},\n`;

function csvRow({ values }: StatRow): string {
  return `${columns.map((column) => (column === '-' ? '-' : csvValue(values[column]))).join(',')},\n`;
}

/** Quoted where the text would be ambiguous. */
function csvValue(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

const letters: Record<StatKind, string> = { frontend: 'F', backend: 'B', server: 'S' };
const objectTypes: Record<StatKind, string> = { frontend: 'Frontend', backend: 'Backend', server: 'Server' };

function typedRow({ kind, proxyId, id, values }: StatRow, described: boolean): string {
  const lines = statFields.flatMap(({ position, name, help, kinds }) => {
    const value = values[name];
    if (value === undefined) return [];
    const description = described ? `:"${help}"` : '';
    return [`${letters[kind]}.${proxyId}.${id}.${position}.${name}.1:${typedText(kinds[kind], value)}${description}\n`];
  });
  return lines.join('');
}

function jsonRow({ kind, proxyId, id, values }: StatRow): object[] {
  return statFields.flatMap(({ position, name, kinds }) => {
    const value = values[name];
    if (value === undefined) return [];
    return [{ objType: objectTypes[kind], proxyId, id, ...jsonField(position, name, kinds[kind], value) }];
  });
}

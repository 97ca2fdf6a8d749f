/** Reads a haproxy.cfg into a config: every line is carried over, told to have no effect, or refused by name. */
import type { ConfigDocument } from '../model/config.ts';
import type { ErrorFile } from '../model/error-file.ts';
import { firstProxyId, numberItems } from '../model/ids.ts';
import { type PackedEncoding, PackedEntries } from '../patterns/packed-entries.ts';
import type { PatternFile } from '../patterns/pattern-file.ts';
import type { Violation } from '../validate.ts';
import { CfgReport, type LineRemark } from './cfg-report.ts';
import { checkConfig } from './check-config.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readGroupFile } from './handlers/error-lines.ts';
import { readGlobal } from './handlers/global-lines.ts';
import { readProxyLine } from './handlers/proxy-lines.ts';
import { readPeersLine } from './handlers/stick-table-line.ts';
import { openUserlist, readUserlistLine } from './handlers/userlist-lines.ts';
import { type Section, sectionNames } from './keywords/keyword.ts';
import type { Facts } from './predicates.ts';
import {
  type CfgDraft,
  longestCookie,
  type PeersDraft,
  type ProcessSettings,
  type ProxyDraft,
  type UserlistDraft,
} from './proxy-draft.ts';
import { type CfgLine, readLines } from './read-lines.ts';
import { type ReadPatterns, readPatternFiles, UnreadablePatterns } from './read-pattern-files.ts';
import { openPeers, openProxy } from './sections.ts';
import { Statement } from './statement.ts';
import { toConfig } from './to-config.ts';
import { understand } from './understand.ts';

export interface CfgInput {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** What conditional blocks may ask about. */
  readonly facts: Facts;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Where a config does not fit its schema: `findConfigViolations`. Given, so that a check of a file need not load schemas
   * where isOrdinary() tells that they have nothing to say.
   */
  readonly findViolations: (config: ConfigDocument) => readonly Violation[];
  /** The content of a file that the configuration names; throws Error with the reason. */
  readonly readFile: (path: string) => string;
  /** The bytes of a map or ACL file; throws Error with the reason. Without it, `readFile` reads them. */
  readonly readPatternBytes?: (path: string) => Buffer;
  /** How its texts are read from the bytes; "utf8" when nothing is said. */
  readonly patternEncoding?: PackedEncoding;
  /** The content of one; without it, that of its bytes. */
  readonly readPatterns?: ReadPatterns;
  /** Whether a user or group exists where the configuration is to run; without it every name is taken. */
  readonly hasAccount?: (kind: 'user' | 'group', name: string) => boolean;
  /** Error files that exist already: one of the same path is used again. */
  readonly errorFiles?: readonly ErrorFile[];
}

export interface CfgReading {
  /** What was understood, also when there are alerts. */
  readonly config: ConfigDocument;
  readonly process: ProcessSettings;
  /** The maps and ACL files that the configuration names, with what was read from them. */
  readonly patternFiles: readonly PatternFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Lines without effect. */
  readonly skipped: readonly LineRemark[];
  /** Lines that say something else in the config. */
  readonly changed: readonly LineRemark[];
  /** The line that a part of the config comes from, such as "/frontends/web/binds/0", or what is around it. */
  readonly placeOf: (path: string) => CfgLine | undefined;
  /** The numbers that HAProxy gives proxies, by their order, as "/frontends/web"; a `listen` section has one for both sides. */
  readonly ids: ReadonlyMap<string, number>;
  /** Whether the configuration can be carried out: there is no alert. */
  readonly valid: boolean;
}

/** What is being read: the section that is open, and the comment that stands above the next line. */
interface Place {
  section: Section | undefined;
  proxy: ProxyDraft | undefined;
  peers: PeersDraft | undefined;
  userlist: UserlistDraft | undefined;
  /** Name of the `http-errors` section that is open. */
  group: string;
  comment: string;
  /** Where the comment ends: only the next line belongs to it. */
  commentEnd: number;
}

/** Sections that are read without effect, and why. */
export const foreignSections: Readonly<Partial<Record<Section, string>>> = {
  cache: 'answers are not cached',
  'fcgi-app': 'FastCGI is not spoken',
  'log-forward': 'logs are not forwarded',
  mailers: 'mail is not sent',
  program: 'other programs are not started',
  resolvers: 'names are resolved as the system does',
  ring: 'logs are not kept in rings',
};

export function readHaproxyCfg(input: CfgInput): CfgReading {
  const environment = { ...input.environment };
  const { lines, diagnostics } = readLines(input.files, input.facts, environment);
  const report = new CfgReport(diagnostics);
  const readPatternBytes = (path: string) =>
    openPatterns(path, input.readPatternBytes ?? ((each) => Buffer.from(input.readFile(each))));
  const cfg: CfgDraft = {
    report,
    global: {},
    process: { daemon: false, masterWorker: false, zeroWarning: false, pidfile: '', user: '', group: '' },
    language: { longestCookie, experimental: false },
    proxies: [],
    proxiesByName: new Map(),
    defaults: [],
    peers: [],
    tables: new Map(),
    userlists: [],
    errorFiles: new Map((input.errorFiles ?? []).map((file) => [file.name, file])),
    errorFileStatuses: new Map(),
    errorGroups: new Map(),
    findViolations: input.findViolations,
    readFile: input.readFile,
    readPatternBytes,
    readPatterns:
      input.readPatterns ??
      ((kind, path) => PackedEntries.parse(kind, readPatternBytes(path), input.patternEncoding ?? 'utf8')),
    hasAccount: input.hasAccount ?? (() => true),
  };
  const place: Place = {
    section: undefined,
    proxy: undefined,
    peers: undefined,
    userlist: undefined,
    group: '',
    comment: '',
    commentEnd: 0,
  };
  for (const line of lines) {
    if (line.words.length === 0) noteComment(place, line);
    else {
      const comment = place.commentEnd === line.line - 1 ? place.comment : '';
      place.comment = '';
      if (isSection(line.words[0]?.text)) openSection(cfg, place, line, comment);
      else readLine(cfg, place, line, comment, environment);
    }
  }
  const config = toConfig(cfg);
  checkConfig(cfg, config);
  const patternFiles = readPatternFiles(cfg, config);
  return {
    config,
    process: cfg.process,
    patternFiles,
    diagnostics: report.diagnostics,
    skipped: report.skipped,
    changed: report.changed,
    placeOf: (path) => report.placeOf(path),
    ids: numberDrafts(cfg),
    valid: !report.failed,
  };
}

function numberDrafts(cfg: CfgDraft): ReadonlyMap<string, number> {
  const proxies = cfg.proxies.filter(({ kind }) => kind !== 'defaults');
  const numbers = numberItems(firstProxyId(cfg.global), proxies);
  const ids = new Map<string, number>();
  for (const [index, { kind, name }] of proxies.entries()) {
    const id = numbers[index] ?? 0;
    if (kind !== 'backend') ids.set(`/frontends/${name}`, id);
    if (kind !== 'frontend') ids.set(`/backends/${name}`, id);
  }
  return ids;
}

/** The bytes of a map or ACL file. Throws UnreadablePatterns in HAProxy's words. */
function openPatterns(path: string, read: (path: string) => Buffer): Buffer {
  try {
    return read(path);
  } catch (error) {
    const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR';
    throw new UnreadablePatterns(
      isFolder
        ? `error encountered while reading  <${path}> : Is a directory`
        : `failed to open pattern file <${path}>`,
    );
  }
}

function noteComment(place: Place, { line, comment = '' }: CfgLine): void {
  place.comment = place.commentEnd === line - 1 && place.comment !== '' ? `${place.comment}\n${comment}` : comment;
  place.commentEnd = line;
}

function isSection(word: string | undefined): word is Section {
  return (sectionNames as readonly string[]).includes(word ?? '');
}

function openSection(cfg: CfgDraft, place: Place, line: CfgLine, comment: string): void {
  const section = line.words[0]?.text as Section;
  place.section = section;
  place.proxy = undefined;
  place.peers = undefined;
  place.userlist = undefined;
  place.group = line.words[1]?.text ?? '';
  if (section === 'defaults' || section === 'frontend' || section === 'backend' || section === 'listen') {
    place.proxy = openProxy(cfg, section, line, comment);
    // What follows a section that could not be opened is not read: one message is enough.
    if (place.proxy === undefined) place.section = undefined;
  } else if (section === 'http-errors') cfg.errorGroups.set(place.group, cfg.errorGroups.get(place.group) ?? new Map());
  else if (section === 'peers') {
    place.peers = openPeers(cfg, line, comment);
    if (place.peers === undefined) place.section = undefined;
  } else if (section === 'userlist') {
    place.userlist = openUserlist(cfg, line, comment);
    if (place.userlist === undefined) place.section = undefined;
  } else if (section === 'global') {
    if (comment !== '') cfg.global.description = comment;
  } else cfg.report.skip(line, foreignSections[section] ?? 'it has no meaning in Sluice');
}

function readLine(
  cfg: CfgDraft,
  place: Place,
  line: CfgLine,
  comment: string,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const { section } = place;
  if (section === undefined) {
    if (cfg.proxies.length > 0 || cfg.userlists.length > 0 || cfg.report.failed) return;
    cfg.report.alert(line, `unknown keyword '${line.words[0]?.text}' out of section.`);
    return;
  }
  const understood = understand(cfg.report, line, section, place.proxy?.name ?? '');
  if (understood === undefined) return;
  const statement = new Statement({ report: cfg.report, line, section, comment, ...understood });
  if (place.proxy !== undefined) readProxyLine(statement, place.proxy, cfg, environment);
  else if (section === 'global') readGlobal(statement, cfg, environment);
  else if (place.peers !== undefined) readPeersLine(statement, place.peers, cfg);
  else if (place.userlist !== undefined) readUserlistLine(statement, place.userlist);
  else if (section === 'http-errors') readGroupFile(statement, cfg, place.group);
}

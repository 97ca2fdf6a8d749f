/** A proxy section while it is being read: what its lines have said so far. */
import type { Acl } from '../model/acl.ts';
import type { Bind } from '../model/bind.ts';
import type { Capture } from '../model/capture.ts';
import type { Config, ConfigDocument } from '../model/config.ts';
import type { Defaults } from '../model/defaults.ts';
import type { ErrorFile } from '../model/error-file.ts';
import type { Frontend } from '../model/frontend.ts';
import type { HttpCheck } from '../model/health-check.ts';
import type { ruleListFields } from '../model/rule-lists.ts';
import type {
  BackendSwitchingRule,
  HttpAfterResponseRule,
  HttpRequestRule,
  HttpResponseRule,
  ServerSwitchingRule,
} from '../model/rules.ts';
import type { DefaultServer, Server } from '../model/server.ts';
import type { StickRule } from '../model/stick-rules.ts';
import type { PeersTable, StickTable } from '../model/stick-table.ts';
import type { TcpRequestRule } from '../model/tcp-request-rule.ts';
import type { TcpResponseRule } from '../model/tcp-response-rule.ts';
import type { User } from '../model/userlist.ts';
import type { Violation } from '../validate.ts';
import type { CfgReport } from './cfg-report.ts';
import type { CfgLine } from './read-lines.ts';
import type { ReadPatterns } from './read-pattern-files.ts';

export type ProxyKind = 'defaults' | 'frontend' | 'backend' | 'listen';

/** What the model lets defaults say, less names and rules: every proxy may say its part of it too. */
export type Settings = Omit<Defaults, 'name' | 'description' | keyof typeof ruleListFields>;

export interface Origin<Item> {
  readonly item: Item;
  readonly line: CfgLine;
}

export interface ProxyDraft {
  readonly kind: ProxyKind;
  readonly name: string;
  readonly line: CfgLine;
  /** The defaults it takes; undefined before the first `defaults` section. */
  readonly defaults: ProxyDraft | undefined;
  description: string;
  /** undefined where the section gives none. */
  id: number | undefined;
  readonly settings: Settings;
  /** The last line that each setting comes from. */
  readonly settingLines: Map<keyof Settings, CfgLine>;
  disabled: boolean;
  /** Number of connections the kernel holds, for each bind. */
  backlog: number | undefined;
  defaultBackend: Origin<string> | undefined;
  readonly binds: Origin<Bind>[];
  readonly acls: Origin<Acl>[];
  readonly aclsByName: Map<string, Acl>;
  readonly tcpRequestRules: Origin<TcpRequestRule>[];
  inspectDelay: string | undefined;
  readonly tcpResponseRules: Origin<TcpResponseRule>[];
  responseInspectDelay: string | undefined;
  readonly requestCaptures: Capture[];
  readonly responseCaptures: Capture[];
  captureCookie: Frontend['captureCookie'];
  stickTable: Origin<StickTable> | undefined;
  readonly stickRules: Origin<StickRule>[];
  monitorUri: string | undefined;
  readonly monitorFails: Origin<{ if?: string; unless?: string }>[];
  nameHeader: string | undefined;
  readonly serverRules: Origin<ServerSwitchingRule>[];
  readonly httpRequestRules: Origin<HttpRequestRule>[];
  readonly httpResponseRules: Origin<HttpResponseRule>[];
  readonly httpAfterResponseRules: Origin<HttpAfterResponseRule>[];
  /** Those of `redirect` lines, which come after all http-request rules. */
  readonly redirects: Origin<HttpRequestRule>[];
  readonly switchingRules: Origin<BackendSwitchingRule>[];
  readonly servers: Origin<Server>[];
  /** What `default-server` lines said after the first server; it is written into each later server. */
  laterServer: DefaultServer;
  /** What `option httpchk` and `http-check` lines say. */
  httpCheck: HttpCheck | undefined;
  /** The lines that parts of it come from, by their pointers. */
  readonly checkLines: Map<string, CfgLine>;
  /** What the last line said, where that is `http-check comment`. */
  checkComment: string | undefined;
  /** Whether there was an `http-check send` line, and one with `expect`. */
  checkSends: boolean;
  checkExpects: boolean;
  /** Whether `option httpchk` is on; checks only connect else. */
  checksHttp: boolean;
}

/** A `peers` section while it is being read. */
export interface PeersDraft {
  readonly name: string;
  readonly line: CfgLine;
  readonly description: string;
  readonly tables: Origin<PeersTable>[];
}

/** A `userlist` section. */
export interface UserlistDraft {
  readonly name: string;
  readonly line: CfgLine;
  readonly description: string;
  /** The users that each group names. */
  readonly groups: Map<string, readonly string[]>;
  readonly users: Origin<User>[];
}

/** Everything that handlers write to. */
export interface CfgDraft {
  readonly report: CfgReport;
  readonly global: Config['global'];
  readonly process: ProcessSettings;
  readonly language: Language;
  readonly proxies: ProxyDraft[];
  /** All but defaults. */
  readonly proxiesByName: Map<string, ProxyDraft[]>;
  readonly defaults: ProxyDraft[];
  readonly peers: PeersDraft[];
  /** Where the stick table of each name is declared, and in what kind of section. */
  readonly tables: Map<string, { readonly kind: string; readonly line: CfgLine }>;
  readonly userlists: UserlistDraft[];
  readonly errorFiles: Map<string, ErrorFile>;
  /** The status that each file that was read first stood for. */
  readonly errorFileStatuses: Map<string, number>;
  /** The files of each `http-errors` section, by status. */
  readonly errorGroups: Map<string, Map<number, string>>;
  /** Where the config does not fit its schema. */
  readonly findViolations: (config: ConfigDocument) => readonly Violation[];
  /** The content of a file that the configuration names; throws Error with the reason. */
  readonly readFile: (path: string) => string;
  /** The same for maps and ACL files: their bytes, and what stands in them. They throw UnreadablePatterns. */
  readonly readPatternBytes: (path: string) => Buffer;
  readonly readPatterns: ReadPatterns;
  readonly hasAccount: (kind: 'user' | 'group', name: string) => boolean;
}

/** The most bytes of a cookie that HAProxy captures when nothing is said (tune.http.cookielen). */
export const longestCookie = 63;

/** What the global section says of how the others are read. */
export interface Language {
  longestCookie: number;
  /** Whether `expose-experimental-directives` stands there. */
  experimental: boolean;
}

/** What a haproxy.cfg says of the process that runs it, which is no part of a config. */
export interface ProcessSettings {
  daemon: boolean;
  masterWorker: boolean;
  zeroWarning: boolean;
  /** "" for none, here and below. */
  pidfile: string;
  user: string;
  group: string;
}

export function newProxyDraft(
  kind: ProxyKind,
  name: string,
  line: CfgLine,
  defaults: ProxyDraft | undefined,
  description: string,
): ProxyDraft {
  return {
    kind,
    name,
    line,
    defaults,
    description,
    id: undefined,
    settings: {},
    settingLines: new Map(),
    disabled: defaults?.disabled ?? false,
    backlog: defaults?.backlog,
    defaultBackend: kind === 'backend' ? undefined : defaults?.defaultBackend,
    binds: [],
    acls: [],
    aclsByName: new Map(),
    tcpRequestRules: [],
    inspectDelay: undefined,
    tcpResponseRules: [],
    responseInspectDelay: undefined,
    // Rules of the defaults fill them.
    requestCaptures: [...(defaults?.requestCaptures ?? [])],
    responseCaptures: [],
    captureCookie: undefined,
    stickTable: undefined,
    stickRules: [],
    monitorUri: kind === 'backend' ? undefined : defaults?.monitorUri,
    monitorFails: [],
    nameHeader: kind === 'frontend' ? undefined : defaults?.nameHeader,
    serverRules: [],
    httpRequestRules: [],
    httpResponseRules: [],
    httpAfterResponseRules: [],
    redirects: [],
    switchingRules: [],
    servers: [],
    laterServer: {},
    httpCheck: defaults?.httpCheck,
    checkLines: new Map(),
    checkComment: undefined,
    checkSends: false,
    checkExpects: false,
    checksHttp: defaults?.checksHttp ?? false,
  };
}

/** The mode of a proxy; HAProxy's default is tcp. */
export function modeOf(draft: ProxyDraft): 'http' | 'tcp' {
  return draft.settings.mode ?? draft.defaults?.settings.mode ?? 'tcp';
}

/** How messages name the kind of a section: one that is frontend and backend is a proxy. */
export function wordOf({ kind }: Pick<ProxyDraft, 'kind'>): string {
  return kind === 'listen' ? 'proxy' : kind;
}

/** Whether a proxy of that kind takes the defaults. */
export function isTakenBy(kind: ProxyKind, defaults: ProxyDraft, proxies: readonly ProxyDraft[]): boolean {
  return proxies.some((draft) => draft.kind === kind && draft.defaults === defaults);
}

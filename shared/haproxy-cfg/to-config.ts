/** Turns what was read of a haproxy.cfg into a config that means the same. */
import type { Backend } from '../model/backend.ts';
import type { ConfigDocument } from '../model/config.ts';
import type { Defaults } from '../model/defaults.ts';
import type { ErrorFile } from '../model/error-file.ts';
import type { Frontend } from '../model/frontend.ts';
import type { HttpRequestRule } from '../model/rules.ts';
import type { StickRule } from '../model/stick-rules.ts';
import type { Peers } from '../model/stick-table.ts';
import { endHttpCheck } from './handlers/http-check-lines.ts';
import { toUserlists } from './handlers/userlist-lines.ts';
import type { CfgDraft, Origin, PeersDraft, ProxyDraft, Settings } from './proxy-draft.ts';

/** Fields of settings that only a frontend has, and only a backend; the others both have. */
const frontendOnly = [
  'dontlogNormal',
  'dontlognull',
  'errorLogFormat',
  'logFormatSd',
  'httpIgnoreProbes',
  'logFormat',
  'logSeparateErrors',
  'logasap',
  'maxconn',
  'rateLimitSessions',
  'uniqueIdFormat',
  'uniqueIdHeader',
] as const;
const backendOnly = [
  'allBackups',
  'logHealthChecks',
  'balance',
  'defaultServer',
  'fullconn',
  'healthCheck',
  'httpReuse',
  'persist',
  'redispatch',
  'retries',
  'retryOn',
] as const;
const frontendTimeouts = ['client', 'clientFin', 'httpKeepAlive', 'httpRequest', 'tarpit'] as const;
const backendTimeouts = ['check', 'connect', 'queue', 'server', 'serverFin', 'tarpit', 'tunnel'] as const;

/** The config; what its parts come from is noted in the report. */
export function toConfig(cfg: CfgDraft): ConfigDocument {
  for (const draft of cfg.proxies) settle(draft);
  const used = new Set(cfg.proxies.map(({ defaults }) => defaults));
  const defaults = cfg.proxies.filter((draft) => draft.kind === 'defaults' && used.has(draft));
  for (const draft of cfg.proxies) {
    if (draft.kind === 'defaults' && !used.has(draft)) cfg.report.skip(draft.line, 'no proxy takes these defaults');
  }
  const named = withDistinctNames(defaults);
  const frontends = cfg.proxies.filter(({ kind }) => kind === 'frontend' || kind === 'listen');
  const backends = cfg.proxies.filter(({ kind }) => kind === 'backend' || kind === 'listen');
  const config: ConfigDocument = {
    global: cfg.global,
    errorFiles: usedErrorFiles(cfg),
    ...(cfg.peers.length > 0 && { peers: cfg.peers.map((draft) => toPeers(cfg, draft)) }),
    ...(cfg.userlists.length > 0 && { userlists: toUserlists(cfg) }),
    defaults: defaults.map((draft) => toDefaults(cfg, draft, named.get(draft) ?? draft.name)),
    frontends: frontends.map((draft) => toFrontend(cfg, draft, named)),
    backends: backends.map((draft) => toBackend(cfg, draft, named)),
  };
  return config;
}

/** A later `defaults` section may have the name of an earlier one and takes its place for what follows. */
function withDistinctNames(defaults: readonly ProxyDraft[]): Map<ProxyDraft, string> {
  const names = new Map<ProxyDraft, string>();
  const taken = new Set<string>();
  for (const draft of defaults) {
    let name = draft.name;
    for (let number = 2; taken.has(name); number++) name = `${draft.name}-${number}`;
    taken.add(name);
    names.set(draft, name);
  }
  return names;
}

/**
 * Says outright what HAProxy takes for granted and Sluice does not: mode tcp, retries only for connections that could not
 * be made, and the timeout of the client for heads of requests.
 */
function settle(draft: ProxyDraft): void {
  const { settings, defaults, kind } = draft;
  if (settings.mode === undefined && defaults?.settings.mode === undefined) settings.mode = 'tcp';
  if (kind !== 'frontend' && settings.retryOn === undefined && defaults?.settings.retryOn === undefined) {
    settings.retryOn = ['conn-failure'];
  }
  const client = settings.timeouts?.client;
  if (client !== undefined && settings.timeouts?.httpRequest === undefined) {
    const inherited = defaults?.settings.timeouts;
    // The value that the defaults were given by this very function gives way, one that was written does not.
    if (inherited?.httpRequest === undefined || inherited.httpRequest === inherited.client) {
      settings.timeouts = { ...settings.timeouts, httpRequest: client };
    }
  }
  endHttpCheck(draft);
  // A check that only connects says so where the defaults say otherwise.
  if (!draft.checksHttp) {
    if (defaults?.checksHttp) settings.healthCheck = { type: 'tcp' };
  } else if (draft.httpCheck !== undefined && (draft.httpCheck !== defaults?.httpCheck || !defaults.checksHttp)) {
    settings.healthCheck = draft.httpCheck;
  }
}

function usedErrorFiles(cfg: CfgDraft): ErrorFile[] {
  const used = new Set(
    cfg.proxies.flatMap(({ settings, httpRequestRules, httpResponseRules }) => [
      ...(settings.errorPages ?? []).map((page) => page.errorfile),
      ...[...httpRequestRules, ...httpResponseRules].map(({ item }) =>
        'errorfile' in item ? item.errorfile : undefined,
      ),
    ]),
  );
  return [...cfg.errorFiles.values()].filter(({ name }) => used.has(name));
}

function toPeers(cfg: CfgDraft, draft: PeersDraft): Peers {
  const path = `/peers/${draft.name}`;
  cfg.report.place(path, draft.line);
  return { name: draft.name, ...describe(draft), ...list(cfg, path, 'tables', draft.tables) };
}

function toDefaults(cfg: CfgDraft, draft: ProxyDraft, name: string): Defaults {
  const path = `/defaults/${name}`;
  cfg.report.place(path, draft.line);
  placeSettings(cfg, path, draft);
  return {
    name,
    ...describe(draft),
    ...draft.settings,
    ...list(cfg, path, 'acls', draft.acls),
    ...list(cfg, path, 'tcpResponseRules', draft.tcpResponseRules),
    ...(draft.responseInspectDelay !== undefined && { responseInspectDelay: draft.responseInspectDelay }),
    ...captures(draft),
    ...httpRules(cfg, path, draft),
  };
}

function toFrontend(cfg: CfgDraft, draft: ProxyDraft, names: ReadonlyMap<ProxyDraft, string>): Frontend {
  const path = `/frontends/${draft.name}`;
  cfg.report.place(path, draft.line);
  placeSettings(cfg, path, draft);
  const ownBackend = draft.kind === 'listen' ? { item: draft.name, line: draft.line } : undefined;
  const defaultBackend = draft.defaultBackend ?? ownBackend;
  if (defaultBackend !== undefined) cfg.report.place(`${path}/defaultBackend`, defaultBackend.line);
  const { backlog } = draft;
  const binds = draft.binds.map(({ item, line }) => ({
    item: backlog === undefined || item.backlog !== undefined ? item : { ...item, backlog },
    line,
  }));
  return {
    name: draft.name,
    ...describe(draft),
    ...(draft.id !== undefined && { id: draft.id }),
    ...from(draft, names),
    ...pick(draft.settings, backendOnly, frontendTimeouts),
    ...(draft.disabled && { disabled: true }),
    ...list(cfg, path, 'binds', binds),
    ...list(cfg, path, 'acls', draft.acls),
    ...captures(draft),
    ...stickTable(cfg, path, draft),
    ...httpRules(cfg, path, draft),
    ...(draft.monitorUri !== undefined && { monitorUri: draft.monitorUri }),
    ...list(cfg, path, 'monitorFail', draft.monitorFails),
    ...list(cfg, path, 'backendSwitchingRules', draft.switchingRules),
    ...(defaultBackend !== undefined && { defaultBackend: defaultBackend.item }),
  };
}

function placeSettings(cfg: CfgDraft, path: string, { settingLines, checkLines }: ProxyDraft): void {
  for (const [field, line] of settingLines) cfg.report.place(`${path}/${field}`, line);
  for (const [pointer, line] of checkLines) cfg.report.place(`${path}/healthCheck${pointer}`, line);
}

function captures({ defaults, requestCaptures, responseCaptures, captureCookie }: ProxyDraft) {
  const own = requestCaptures.slice(defaults?.requestCaptures.length ?? 0);
  return {
    ...(own.length > 0 && { requestCaptures: own }),
    ...(responseCaptures.length > 0 && { responseCaptures }),
    ...(captureCookie !== undefined && { captureCookie }),
  };
}

/**
 * The rules of a `listen` section are those of its frontend, evaluated once, but for those about its servers; its stick table
 * is that of the frontend.
 */
function toBackend(cfg: CfgDraft, draft: ProxyDraft, names: ReadonlyMap<ProxyDraft, string>): Backend {
  const path = `/backends/${draft.name}`;
  cfg.report.place(path, draft.line);
  placeSettings(cfg, path, draft);
  const own = draft.kind === 'backend';
  const timeouts = timeoutRules(draft);
  return {
    name: draft.name,
    ...(own && describe(draft)),
    // That of a `listen` section is that of its frontend.
    ...(own && draft.id !== undefined && { id: draft.id }),
    ...from(draft, names),
    ...pick(draft.settings, frontendOnly, backendTimeouts),
    // In a `listen` section they may be those of its rules for servers.
    ...((own ||
      draft.serverRules.length + draft.stickRules.length + draft.tcpResponseRules.length + timeouts.length > 0) &&
      list(cfg, path, 'acls', draft.acls)),
    ...list(cfg, path, 'tcpResponseRules', draft.tcpResponseRules),
    ...(draft.responseInspectDelay !== undefined && { responseInspectDelay: draft.responseInspectDelay }),
    ...list(cfg, path, 'httpRequestRules', timeouts),
    ...(own && stickTable(cfg, path, draft)),
    ...(own && httpRules(cfg, path, draft)),
    ...list(cfg, path, 'stickRules', own ? draft.stickRules : draft.stickRules.map(inListen(draft.name))),
    ...list(cfg, path, 'serverSwitchingRules', draft.serverRules),
    ...(draft.nameHeader !== undefined && { httpSendNameHeader: draft.nameHeader }),
    ...list(cfg, path, 'servers', draft.servers),
  };
}

function stickTable(cfg: CfgDraft, path: string, { stickTable: origin }: ProxyDraft) {
  if (origin === undefined) return {};
  cfg.report.place(`${path}/stickTable`, origin.line);
  return { stickTable: origin.item };
}

/** A rule of the backend names the table that the frontend has. */
const inListen =
  (table: string) =>
  ({ item, line }: Origin<StickRule>): Origin<StickRule> => ({ item: { table, ...item }, line });

/** Rules that a `listen` section has as a backend: where they stand among its others makes no difference. */
function timeoutRules({ kind, httpRequestRules }: ProxyDraft): Origin<HttpRequestRule>[] {
  return kind === 'listen' ? httpRequestRules.filter(({ item }) => item.action === 'set-timeout') : [];
}

function httpRules(cfg: CfgDraft, path: string, draft: ProxyDraft) {
  return {
    ...list(cfg, path, 'tcpRequestRules', draft.tcpRequestRules),
    ...(draft.inspectDelay !== undefined && { inspectDelay: draft.inspectDelay }),
    ...list(cfg, path, 'httpRequestRules', rulesOf(draft)),
    ...list(cfg, path, 'httpResponseRules', draft.httpResponseRules),
    ...list(cfg, path, 'httpAfterResponseRules', draft.httpAfterResponseRules),
  };
}

/** In the order in which they count, named by it: a haproxy.cfg has no names for rules. */
function rulesOf(draft: ProxyDraft): Origin<HttpRequestRule>[] {
  const elsewhere = timeoutRules(draft);
  const own = draft.httpRequestRules.filter((rule) => !elsewhere.includes(rule));
  const allows = [draft, draft.defaults].some((each) =>
    each?.httpRequestRules.some(({ item }) => item.action === 'allow'),
  );
  const redirects = draft.redirects.map(({ item, line }) => ({
    item: { ...item, ...(allows && { afterAllow: true }) },
    line,
  }));
  return [...own, ...redirects].map(({ item, line }, index) => ({
    item: { ...item, name: `rule-${index + 1}` },
    line,
  }));
}

function describe({ description }: { readonly description: string }): { description?: string } {
  return description === '' ? {} : { description: description.slice(0, 1_000) };
}

function from({ defaults }: ProxyDraft, names: ReadonlyMap<ProxyDraft, string>): { from?: string } {
  const name = defaults === undefined ? undefined : names.get(defaults);
  return name === undefined ? {} : { from: name };
}

/** The settings without those of the other side. */
function pick(settings: Settings, others: readonly (keyof Settings)[], timeouts: readonly string[]): Settings {
  const kept = Object.entries(settings).filter(([field]) => !(others as readonly string[]).includes(field));
  const picked = Object.fromEntries(kept) as Settings;
  if (picked.timeouts === undefined) return picked;
  const own = Object.entries(picked.timeouts).filter(([name]) => timeouts.includes(name));
  if (own.length > 0) picked.timeouts = Object.fromEntries(own);
  else delete picked.timeouts;
  return picked;
}

function list<Field extends string, Item>(
  cfg: CfgDraft,
  path: string,
  field: Field,
  origins: readonly Origin<Item>[],
): { [name in Field]?: Item[] } {
  if (origins.length === 0) return {};
  cfg.report.placeList(`${path}/${field}`, origins);
  return { [field]: origins.map(({ item }) => item) } as { [name in Field]?: Item[] };
}

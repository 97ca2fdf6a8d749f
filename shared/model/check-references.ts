/** Checks what no schema can: that names exist and are unique, conditions parse, modes agree, addresses do not clash. */
import { isIpAddress, parseNetwork } from '../address.ts';
import { longestDuration, parseDuration } from '../duration.ts';
import type { FieldError } from '../errors.ts';
import { hint } from '../language/suggest.ts';
import type { Backend } from './backend.ts';
import { isPortless } from './bind-address.ts';
import { checkTcpCaptures } from './check-captures.ts';
import { aclsByName, checkCondition, checkSample, checkText, placeOf, type Report } from './check-expressions.ts';
import { checkHealthCheck } from './check-health-check.ts';
import { checkInheritedRules } from './check-inherited-rules.ts';
import { checkFrontendLogs, checkInheritedLogs, checkLogs } from './check-logs.ts';
import {
  checkAcls,
  checkHeaderName,
  checkHttpRules,
  checkReply,
  checkTcpResponseRules,
  checkTcpRules,
} from './check-rules.ts';
import { checkPeers, checkStickRules, checkStickTable, checkTableNames } from './check-stick-tables.ts';
import { checkUniqueNames } from './check-unique-names.ts';
import { checkUserlist } from './check-userlist.ts';
import type { Config } from './config.ts';
import type { Defaults } from './defaults.ts';
import type { ErrorFile, ErrorPage } from './error-file.ts';
import type { Frontend } from './frontend.ts';
import type { GlobalVariable } from './global-variables.ts';
import { checkUniqueIds } from './ids.ts';
import type { Mode } from './snapshot.ts';
import { formatStatsAddress, parseStatsAddress } from './stats-address.ts';
import type { StatsSocket } from './stats-socket.ts';
import { framingFields, type StickTableType } from './vocabulary.ts';

interface Names {
  defaults: ReadonlyMap<string, Defaults>;
  backends: ReadonlyMap<string, Backend>;
  errorFiles: ReadonlySet<string>;
  frontends: ReadonlySet<string>;
  peers: ReadonlySet<string>;
  tables: ReadonlyMap<string, StickTableType>;
  /** The proxy that is checked. */
  proxy: string;
  acls?: ReadonlySet<string>;
  userlists: ReadonlyMap<string, readonly string[]>;
}

/** Everything wrong in a config that fits its schema; empty when it can be carried out. */
export function checkReferences(config: Config): FieldError[] {
  const errors: FieldError[] = [];
  const reportFor =
    (resource: string): Report =>
    (pointer, detail) =>
      errors.push({ resource, pointer, detail });
  const names: Names = {
    defaults: new Map(config.defaults.map((item) => [item.name, item])),
    backends: new Map(config.backends.map((item) => [item.name, item])),
    errorFiles: new Set(config.errorFiles.map((item) => item.name)),
    frontends: new Set(config.frontends.map((item) => item.name)),
    peers: new Set(config.peers.map((item) => item.name)),
    tables: checkTableNames(config, reportFor),
    proxy: '',
    userlists: new Map(config.userlists.map(({ name, groups = [] }) => [name, groups])),
  };
  checkUniqueNames(config.errorFiles, '/errorFiles', reportFor(''));
  checkUniqueNames(config.peers, '/peers', reportFor(''));
  checkUniqueNames(config.userlists, '/userlists', reportFor(''));
  checkUniqueNames(config.defaults, '/defaults', reportFor(''));
  checkUniqueNames(config.frontends, '/frontends', reportFor(''));
  checkUniqueNames(config.backends, '/backends', reportFor(''));
  checkDurations(config.global, reportFor('/global'));
  checkStatsSockets(config.global.statsSockets ?? [], reportFor('/global'));
  checkGlobalVariables(config.global.setVars ?? [], names, reportFor('/global'));
  checkLogs(config.global.logs, false, reportFor('/global'));
  for (const item of config.userlists) checkUserlist(item, reportFor(`/userlists/${item.name}`));
  for (const item of config.errorFiles) checkErrorFile(item, reportFor(`/error-files/${item.name}`));
  for (const item of config.peers) checkPeers(item, reportFor(`/peers/${item.name}`));
  for (const item of config.defaults) {
    const report = reportFor(`/defaults/${item.name}`);
    checkDurations(item, report);
    checkExcepts(item, report);
    checkErrorPages(item.errorPages, names, report);
    checkLogs(item.logs, true, report);
    checkFrontendLogs(item, undefined, report);
    if (item.uniqueIdFormat !== undefined) {
      checkText(item.uniqueIdFormat, 'http-request', names, '/uniqueIdFormat', report);
    }
    checkBalance(item, report);
    checkHealthCheck(item.healthCheck, names, report);
  }
  for (const frontend of config.frontends) {
    checkFrontend(
      frontend,
      { ...names, proxy: frontend.name, acls: aclNames(frontend) },
      reportFor(`/frontends/${frontend.name}`),
    );
  }
  for (const backend of config.backends) {
    checkBackend(
      backend,
      { ...names, proxy: backend.name, acls: aclNames(backend) },
      reportFor(`/backends/${backend.name}`),
    );
  }
  checkInheritedRules(config, names, (proxy) => modeOf(proxy, names), reportFor);
  checkBindClashes(config.frontends, reportFor);
  checkUniqueIds(
    [
      ...config.frontends.map(({ name, id }) => ({ path: `/frontends/${name}`, id })),
      ...config.backends.map(({ name, id }) => ({ path: `/backends/${name}`, id })),
    ],
    ({ path }) => path,
    ({ path }, _index, detail) => reportFor(path)('/id', detail),
  );
  return errors;
}

const aclNames = ({ acls = [] }: Pick<Frontend, 'acls'>) => new Set(acls.map(({ name }) => name));

function modeOf(proxy: { mode?: Mode | undefined; from?: string | undefined }, names: Names): Mode {
  return proxy.mode ?? (proxy.from === undefined ? undefined : names.defaults.get(proxy.from)?.mode) ?? 'http';
}

function checkFrontend(frontend: Frontend, names: Names, report: Report): void {
  const mode = modeOf(frontend, names);
  checkFrom(frontend.from, names, report);
  checkDurations(frontend, report);
  checkExcepts(frontend, report);
  checkErrorPages(frontend.errorPages, names, report);
  checkLogs(frontend.logs, true, report);
  checkFrontendLogs(frontend, mode, report, names);
  const defaults = frontend.from === undefined ? undefined : names.defaults.get(frontend.from);
  if (defaults !== undefined) checkInheritedLogs(frontend, defaults, mode, names, report);
  checkUniqueId(frontend, defaults, mode, names, report);
  const binds = frontend.binds ?? [];
  checkUniqueNames(binds, '/binds', report);
  checkIds(binds, '/binds', report);
  for (const [index, bind] of binds.entries()) {
    const portless = isPortless(bind.address);
    if (portless !== (bind.port === undefined)) {
      report(`/binds/${index}/port`, portless ? `"${bind.address}" has no port` : 'is required');
    }
    if (bind.address !== undefined && bind.address !== '*' && !portless && !isIpAddress(bind.address)) {
      report(`/binds/${index}/address`, `"${bind.address}" is no IP address; "*" stands for every IPv4 address`);
    }
  }
  checkStickTable(frontend.stickTable, names.peers, report);
  checkTcpRules(frontend, mode, false, names, report);
  checkAcls(frontend, mode, names, report);
  const captures = {
    requestCaptures: [...(defaults?.requestCaptures ?? []), ...(frontend.requestCaptures ?? [])],
    responseCaptures: frontend.responseCaptures,
  };
  checkTcpCaptures(
    frontend.tcpRequestRules,
    { captures: captures.requestCaptures, inherited: defaults?.requestCaptures?.length ?? 0 },
    report,
  );
  checkHttpRules(frontend, { mode, setsTimeouts: false, captures }, names, report);
  const checks = { acls: aclsByName(frontend.acls), place: placeOf(mode), names };
  for (const [index, condition] of (frontend.monitorFail ?? []).entries()) {
    checkCondition(condition, checks, `/monitorFail/${index}`, report);
  }
  checkUniqueNames(frontend.backendSwitchingRules ?? [], '/backendSwitchingRules', report);
  for (const [index, rule] of (frontend.backendSwitchingRules ?? []).entries()) {
    const pointer = `/backendSwitchingRules/${index}`;
    checkCondition(rule, checks, pointer, report);
    if (rule.backend.includes('%')) checkText(rule.backend, checks.place, names, `${pointer}/backend`, report);
    else checkBackendName(rule.backend, mode, names, `${pointer}/backend`, report);
  }
  if (frontend.defaultBackend !== undefined) {
    checkBackendName(frontend.defaultBackend, mode, names, '/defaultBackend', report);
  }
}

/** What a frontend takes from its defaults may need mode http, which tells only here. */
function checkUniqueId(
  frontend: Frontend,
  defaults: Defaults | undefined,
  mode: Mode,
  names: Names,
  report: Report,
): void {
  const format = frontend.uniqueIdFormat ?? defaults?.uniqueIdFormat;
  if (format !== undefined) checkText(format, placeOf(mode), names, '/uniqueIdFormat', report);
  const header = frontend.uniqueIdHeader ?? defaults?.uniqueIdHeader;
  if (header !== undefined) checkHeaderName(header, '/uniqueIdHeader', report);
}

function checkBackend(backend: Backend, names: Names, report: Report): void {
  const mode = modeOf(backend, names);
  checkFrom(backend.from, names, report);
  checkDurations(backend, report);
  checkExcepts(backend, report);
  checkErrorPages(backend.errorPages, names, report);
  checkLogs(backend.logs, true, report);
  checkBalance(backend, report);
  checkHealthCheck(backend.healthCheck, names, report);
  checkUniqueNames(backend.servers ?? [], '/servers', report);
  checkIds(backend.servers ?? [], '/servers', report);
  checkStickTable(backend.stickTable, names.peers, report);
  checkStickRules(backend, mode, names, report);
  checkTcpRules(backend, mode, true, names, report);
  checkTcpResponseRules(backend, mode, names, report);
  checkAcls(backend, mode, names, report);
  checkHttpRules(backend, { mode, setsTimeouts: true, captures: undefined }, names, report);
  checkServerSwitching(backend, mode, names, report);
  if (backend.httpSendNameHeader !== undefined) {
    checkHeaderName(backend.httpSendNameHeader, '/httpSendNameHeader', report);
  }
}

function checkIds(items: readonly { id?: number }[], list: string, report: Report): void {
  checkUniqueIds(
    items,
    (_item, index) => `${list}/${index}`,
    (_item, index, detail) => report(`${list}/${index}/id`, detail),
  );
}

function checkServerSwitching(backend: Backend, mode: Mode, names: Names, report: Report): void {
  const rules = backend.serverSwitchingRules ?? [];
  const servers = (backend.servers ?? []).map(({ name }) => name);
  const checks = { acls: aclsByName(backend.acls), place: placeOf(mode), names };
  checkUniqueNames(rules, '/serverSwitchingRules', report);
  for (const [index, rule] of rules.entries()) {
    const pointer = `/serverSwitchingRules/${index}`;
    checkCondition(rule, checks, pointer, report);
    if (rule.server.includes('%')) checkText(rule.server, checks.place, names, `${pointer}/server`, report);
    else if (!servers.includes(rule.server)) {
      report(`${pointer}/server`, `there is no server "${rule.server}"${hint(rule.server, servers)}`);
    }
  }
}

function checkBalance({ balance }: Pick<Backend, 'balance'>, report: Report): void {
  if (balance?.draws !== undefined && balance.algorithm !== 'random') {
    report('/balance/draws', `only "random" draws servers, not "${balance.algorithm}"`);
  }
}

function checkFrom(from: string | undefined, names: Names, report: Report): void {
  if (from !== undefined && !names.defaults.has(from)) {
    report('/from', `there are no defaults "${from}"${hint(from, names.defaults.keys())}`);
  }
}

function checkBackendName(name: string, mode: Mode, names: Names, pointer: string, report: Report): void {
  const backend = names.backends.get(name);
  if (backend === undefined) {
    report(pointer, `there is no backend "${name}"${hint(name, names.backends.keys())}`);
  } else if (modeOf(backend, names) !== mode) {
    report(pointer, `backend "${name}" is in mode ${modeOf(backend, names)}, this frontend in mode ${mode}`);
  }
}

function checkExcepts(
  proxy: { forwardfor?: { except?: string } | undefined; originalto?: { except?: string } | undefined },
  report: Report,
): void {
  for (const option of ['forwardfor', 'originalto'] as const) {
    const except = proxy[option]?.except;
    if (except !== undefined && parseNetwork(except) === undefined) {
      report(`/${option}/except`, `"${except}" is no IP network, such as 127.0.0.0/8`);
    }
  }
}

function checkErrorPages(pages: readonly ErrorPage[] | undefined, names: Names, report: Report): void {
  const seen = new Set<number>();
  for (const [index, page] of (pages ?? []).entries()) {
    const { status, errorfile, errorloc, code, string, lfString, defaultErrorfiles } = page;
    const pointer = `/errorPages/${index}`;
    if (seen.has(status)) report(`${pointer}/status`, `status ${status} is named twice`);
    seen.add(status);
    const given = [errorfile, errorloc, string, lfString, defaultErrorfiles].filter((each) => each !== undefined);
    if (given.length !== 1) {
      report(pointer, 'an error page needs exactly one of errorfile, errorloc, string, lfString and defaultErrorfiles');
    }
    checkReply(page, { place: 'http-error', names, report: (field, detail) => report(`${pointer}${field}`, detail) });
    if (code !== undefined && errorloc === undefined) report(`${pointer}/code`, 'code needs errorloc');
    if (errorfile !== undefined && !names.errorFiles.has(errorfile)) {
      report(`${pointer}/errorfile`, `there is no error file "${errorfile}"${hint(errorfile, names.errorFiles)}`);
    }
  }
}

function checkErrorFile(file: ErrorFile, report: Report): void {
  if (file.silent !== undefined) {
    for (const field of ['status', 'reason', 'headers', 'content'] as const) {
      if (file[field] !== undefined) report(`/${field}`, 'what is silent has nothing to say');
    }
  }
  for (const [index, { name }] of (file.headers ?? []).entries()) {
    if (framingFields.includes(name.toLowerCase())) {
      report(`/headers/${index}/name`, `"${name}" is written by Sluice itself`);
    }
  }
}

/** They are set before there are any proxies. */
function checkGlobalVariables(setVars: readonly GlobalVariable[], names: Names, report: Report): void {
  for (const [index, line] of setVars.entries()) {
    const pointer = `/setVars/${index}`;
    if (line.action === 'set-var')
      checkSample(line.expression, 'configuration', names, `${pointer}/expression`, report);
    else checkText(line.value, 'configuration', names, `${pointer}/value`, report);
  }
}

function checkStatsSockets(sockets: readonly StatsSocket[], report: Report): void {
  const taken = new Map<string, number>();
  for (const [index, socket] of sockets.entries()) {
    const pointer = `/statsSockets/${index}/address`;
    const address = parseStatsAddress(socket.address);
    if ('problem' in address) {
      report(pointer, address.problem);
      continue;
    }
    const text = formatStatsAddress(address);
    const first = taken.get(text);
    if (first === undefined) taken.set(text, index);
    else report(pointer, `${text} is already the address of /statsSockets/${first}`);
  }
}

const durationFields = new Set([
  'inter',
  'fastinter',
  'downinter',
  'slowstart',
  'hardStopAfter',
  'inspectDelay',
  'responseInspectDelay',
  'statsTimeout',
]);

/** Long lists that hold none of them: rules look after their own. */
const lists = new Set([
  'acls',
  'backendSwitchingRules',
  'httpAfterResponseRules',
  'httpRequestRules',
  'httpResponseRules',
  'serverSwitchingRules',
  'tcpRequestRules',
]);

/** The pattern of a duration says nothing of its greatest value; this finds those beyond it wherever they stand. */
function checkDurations(value: object, report: Report): void {
  for (const pointer of findLongDurations(value, false)) {
    report(pointer, `is longer than the longest duration, ${longestDuration}ms`);
  }
}

const none: string[] = [];

/** Where they stand. `all`: all texts in the object are durations. */
function findLongDurations(value: object, all: boolean): string[] {
  let found = none;
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value];
    if (typeof member === 'string') {
      if ((all || durationFields.has(name)) && parseDuration(member) === undefined) found = [...found, `/${name}`];
    } else if (typeof member === 'object' && member !== null && !lists.has(name)) {
      const inside = findLongDurations(member, name === 'timeouts');
      if (inside.length > 0) found = [...found, ...inside.map((pointer) => `/${name}${pointer}`)];
    }
  }
  return found;
}

function checkBindClashes(frontends: readonly Frontend[], reportFor: (resource: string) => Report): void {
  const taken = new Map<string, string>();
  for (const frontend of frontends) {
    if (frontend.disabled === true) continue;
    for (const [index, bind] of (frontend.binds ?? []).entries()) {
      const address = `${bind.address === undefined || bind.address === '*' ? '0.0.0.0' : bind.address}:${bind.port}`;
      const owner = taken.get(address);
      if (owner === undefined) taken.set(address, `/frontends/${frontend.name}/binds/${bind.name}`);
      else reportFor(`/frontends/${frontend.name}`)(`/binds/${index}`, `${address} is already taken by ${owner}`);
    }
  }
}

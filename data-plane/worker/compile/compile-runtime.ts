/** Compiles a snapshot into a runtime. Nothing that runs is touched: a version that does not compile leaves no trace. */
import { isInNetwork, isIpAddress, parseNetwork, parseSocketAddress } from '../../../shared/address.ts';
import type { FieldError } from '../../../shared/errors.ts';
import type {
  Snapshot,
  SnapshotBackend,
  SnapshotBind,
  SnapshotDefaults,
  SnapshotErrorFile,
  SnapshotFrontend,
  SnapshotHttpOptions,
} from '../../../shared/model/snapshot.ts';
import { compileErrorPages } from '../../http/error-pages.ts';
import { socketKey } from '../../listen/listener.ts';
import { compileStickRules } from '../../persist/stick-rules.ts';
import { compileLogTargets } from '../../report/syslog.ts';
import { compileCaptures } from '../../rules/captures.ts';
import { compileAcls, compileRuleCondition } from '../../rules/compile-condition.ts';
import { compileWithin, type Demands } from '../../rules/compile-scope.ts';
import { compileSwitching } from '../../rules/compile-switching.ts';
import { compileMergedText, compileText } from '../../rules/compile-text.ts';
import type { BindView, SampleEnvironment } from '../../rules/sample-context.ts';
import type { UpstreamServer } from '../../upstream/upstream-server.ts';
import type { Registry } from '../registry.ts';
import type { BackendRuntime, FrontendRuntime, ProxyOptions, Runtime, ServerRule } from '../runtime.ts';

import { compileFrontendLog } from './compile-log.ts';
import { compileRules, compileRulesOfServers } from './compile-rules.ts';
import { compileUserlists, hashedUserlists, type Userlists } from './compile-userlists.ts';

type ErrorFiles = ReadonlyMap<string, SnapshotErrorFile>;

export interface Compiled {
  readonly runtime: Runtime;
  readonly registry: Registry;
}

/** The runtime and what it keeps alive, or what could not be compiled. */
export function compileRuntime(
  version: number,
  snapshot: Snapshot,
  before: Registry,
  environment: SampleEnvironment,
): Compiled | { errors: FieldError[] } {
  const errors: FieldError[] = [];
  const registry = before.next(snapshot.maxconn);
  for (const table of snapshot.stickTables) registry.addTable(table, before);
  const { tables } = registry;
  const errorFiles: ErrorFiles = new Map(snapshot.errorFiles.map((file) => [file.name, file]));
  const userlists = compileUserlists(snapshot);
  const defaultsOf = ({ rulesFrom }: { rulesFrom: string }) => snapshot.defaults.find(({ name }) => name === rulesFrom);
  // What backends demand, all frontends may have to note.
  const demands = { record: false };
  const backends = new Map<string, BackendRuntime>();
  for (const backend of snapshot.backends) {
    attempt(`/backends/${backend.name}`, errors, () => {
      const scope = { tables, proxy: backend.name, demands };
      const compile = () => compileBackend(backend, defaultsOf(backend), errorFiles, registry, before);
      backends.set(backend.name, compileWithin(scope, compile));
    });
  }
  const frontends = new Map<string, FrontendRuntime>();
  const frontendsByName = new Map<string, FrontendRuntime>();
  const listeners = new Map<string, FrontendRuntime>();
  for (const frontend of snapshot.frontends) {
    attempt(`/frontends/${frontend.name}`, errors, () => {
      const scope = { tables, proxy: frontend.name, demands: { ...demands } };
      const compile = () =>
        compileFrontend(
          frontend,
          defaultsOf(frontend),
          snapshot,
          backends,
          userlists,
          errorFiles,
          registry,
          before,
          environment,
          scope.demands,
        );
      const runtime = compileWithin(scope, compile);
      frontends.set(frontend.uid, runtime);
      frontendsByName.set(frontend.name, runtime);
      if (frontend.disabled) return;
      for (const bind of frontend.binds) listeners.set(socketKey(bind.address, bind.port), runtime);
    });
  }
  if (errors.length > 0) return { errors };
  const countsBytes = snapshot.stickTables.some(({ store }) => store.some(({ type }) => type.startsWith('bytes_')));
  const { tune } = snapshot;
  const runtime: Runtime = { version, tune, countsBytes, frontends, frontendsByName, backends, listeners, userlists };
  return { runtime, registry };
}

function attempt(resource: string, errors: FieldError[], compile: () => void): void {
  try {
    compile();
  } catch (error) {
    errors.push({ resource, pointer: '', detail: error instanceof Error ? error.message : String(error) });
  }
}

function compileBackend(
  backend: SnapshotBackend,
  defaults: SnapshotDefaults | undefined,
  errorFiles: ErrorFiles,
  registry: Registry,
  before: Registry,
): BackendRuntime {
  const servers = backend.servers.map((server) => registry.addServer(backend.uid, server, before));
  const acls = compileAcls(backend.acls);
  const serverNamed = (name: string): UpstreamServer => {
    const { uid } = backend.servers.find((server) => server.name === name) ?? {};
    const server = uid === undefined ? undefined : registry.servers.get(uid);
    if (server === undefined) throw new Error(`there is no server "${name}"`);
    return server;
  };
  // The supervisor writes these logs; whether it can must be known before the version is in force.
  if (backend.log !== null) compileLogTargets(backend.log, process.ppid);
  const counters = registry.countersOf(backend.uid, before);
  const { balancer, queue } = registry.balancerOf(backend, before);
  return {
    uid: backend.uid,
    id: backend.id,
    name: backend.name,
    mode: backend.mode,
    counters,
    servers,
    allBackups: backend.allBackups,
    balancer,
    queue,
    retries: backend.retries,
    redispatch: backend.redispatch,
    persist: backend.persist,
    retryOn: new Set(backend.retryOn.flatMap((cause) => (cause === 'all-retryable-errors' ? retryable : [cause]))),
    reuse: backend.httpReuse,
    connectionMode: backend.httpConnectionMode,
    timeouts: backend.timeouts,
    tcpResponseRules: compileRulesOfServers(backend, defaults, acls),
    stickRules: compileStickRules(backend.stickRules, acls, backend.mode),
    serverRules: backend.serverSwitchingRules.map((rule) => ({
      holds: compileRuleCondition(rule, acls),
      find: compileServerChoice(rule.server, backend.mode, servers, serverNamed),
    })),
    nameHeader: backend.httpSendNameHeader,
    ...compileRules(backend, defaults, acls, errorFiles),
    ...compileProxyOptions(backend, errorFiles),
  };
}

/** A name with samples in it is looked up when the rule applies. */
function compileServerChoice(
  text: string,
  mode: 'http' | 'tcp',
  servers: readonly UpstreamServer[],
  named: (name: string) => UpstreamServer,
): ServerRule['find'] {
  if (!text.includes('%')) {
    const server = named(text);
    return () => server;
  }
  const write = compileText(text, mode === 'tcp' ? 'tcp' : 'http-request');
  return (context) => {
    const name = write(context);
    return servers.find((server) => server.name === name);
  };
}

function compileFrontend(
  frontend: SnapshotFrontend,
  defaults: SnapshotDefaults | undefined,
  snapshot: Snapshot,
  backends: ReadonlyMap<string, BackendRuntime>,
  userlists: Userlists,
  errorFiles: ErrorFiles,
  registry: Registry,
  before: Registry,
  environment: SampleEnvironment,
  demands: Demands,
): FrontendRuntime {
  const acls = compileAcls(frontend.acls);
  const backendNamed = (name: string): BackendRuntime => {
    const backend = backends.get(name);
    if (backend === undefined) throw new Error(`there is no backend "${name}"`);
    return backend;
  };
  const defaultBackend = frontend.defaultBackend === '' ? undefined : backendNamed(frontend.defaultBackend);
  const counters = registry.countersOf(frontend.uid, before);
  return {
    uid: frontend.uid,
    id: frontend.id,
    binds: frontend.binds.map(compileBind),
    name: frontend.name,
    mode: frontend.mode,
    counters,
    admission: registry.admissionOf(frontend, before),
    timeouts: frontend.timeouts,
    userlists: hashedUserlists(frontend, snapshot, userlists),
    uniqueId: compileUniqueId(frontend),
    captures: compileCaptures(frontend.captures),
    monitorUri: frontend.monitorUri,
    monitorFails: frontend.monitorFail.map((condition) => compileRuleCondition(condition, acls) ?? (() => true)),
    ...compileRules(frontend, defaults, acls, errorFiles),
    chooseBackend: compileSwitching(frontend.backendSwitchingRules, acls, {
      backends,
      named: backendNamed,
      otherwise: defaultBackend,
      mode: frontend.mode,
    }),
    defaultBackend,
    connectionMode: frontend.httpConnectionMode,
    ignoresProbes: frontend.httpIgnoreProbes,
    ...compileProxyOptions(frontend, errorFiles),
    // Last, when it is known what texts demand.
    log: compileFrontendLog(frontend, counters, registry.lineCountOf(frontend.uid, before), environment, demands),
  };
}

function compileBind({ id, name, address, port }: SnapshotBind): BindView {
  return { id, name, address: isIpAddress(address) ? parseSocketAddress(address) : undefined, port };
}

function compileUniqueId({ uniqueIdFormat, uniqueIdHeader, mode }: SnapshotFrontend): FrontendRuntime['uniqueId'] {
  if (uniqueIdFormat === '') return undefined;
  return { write: compileMergedText(uniqueIdFormat, mode === 'http' ? 'http-request' : 'tcp'), header: uniqueIdHeader };
}

/** What "all-retryable-errors" stands for (configuration manual 2.6, "retry-on"). */
const retryable = ['conn-failure', 'empty-response', 'junk-response', 'response-timeout', '500', '502', '503', '504'];

function compileProxyOptions(
  {
    forwardfor,
    originalto,
    forwarded,
    errorPages,
    httpBufferRequest,
    httpRestrictReqHdrNames: names,
  }: SnapshotHttpOptions,
  errorFiles: ErrorFiles,
): ProxyOptions {
  return {
    forwardfor:
      forwardfor === null
        ? undefined
        : {
            ...forwardfor,
            lowerCaseHeader: forwardfor.header.toLowerCase(),
            excepts: compileExcept(forwardfor.except),
          },
    originalto:
      originalto === null ? undefined : { header: originalto.header, excepts: compileExcept(originalto.except) },
    forwarded: forwarded ?? undefined,
    errorPages: compileErrorPages(errorPages, errorFiles),
    buffersRequests: httpBufferRequest,
    unusualNames: names === 'preserve' ? undefined : names,
  };
}

/** Whether an address lies in the network; no address lies in "". */
function compileExcept(except: string): (address: string) => boolean {
  const network = parseNetwork(except);
  return network === undefined ? () => false : (address) => isInNetwork(parseSocketAddress(address), network);
}

/** Compiles the rules of a proxy, those of its defaults before its own. */
import type {
  SnapshotBackend,
  SnapshotDefaults,
  SnapshotErrorFile,
  SnapshotFrontend,
} from '../../../shared/model/snapshot.ts';
import { compileAcls, type Test } from '../../rules/compile-condition.ts';
import { compileWithin, presentScope } from '../../rules/compile-scope.ts';
import { compileHttpRequestRules } from '../../rules/http-request-rules.ts';
import { compileHttpResponseRules } from '../../rules/http-response-rules.ts';
import {
  compileTcpRequestRules,
  compileTcpResponseRules,
  type TcpRequestRules,
  type TcpResponseRules,
} from '../../rules/tcp-rules.ts';
import type { BackendRuntime } from '../runtime.ts';

type Acls = ReadonlyMap<string, Test>;
type ErrorFiles = ReadonlyMap<string, SnapshotErrorFile>;
type Rules = Pick<
  BackendRuntime,
  'tcpRequestRules' | 'httpRequestRules' | 'httpResponseRules' | 'httpAfterResponseRules'
>;

/** In mode tcp nothing of HTTP is evaluated. */
const noHttpRules = { httpRequestRules: [], httpResponseRules: [], httpAfterResponseRules: [] };

/** `defaults` are those that the proxy takes rules of. Throws Error on what shared/model would have refused. */
export function compileRules(
  proxy: SnapshotFrontend | SnapshotBackend,
  defaults: SnapshotDefaults | undefined,
  acls: Acls,
  files: ErrorFiles,
): Rules {
  const own = compileLists(proxy, pathOf(proxy), acls, files);
  if (defaults === undefined) return own;
  const rules = proxy.mode === 'http' ? defaults : { ...defaults, ...noHttpRules };
  // They have ACLs of their own.
  const before = compileWithin({ ...presentScope() }, () => {
    const path = `/defaults/${defaults.name}`;
    return compileLists({ ...proxy, ...rules, name: proxy.name }, path, compileAcls(defaults.acls), files);
  });
  return {
    tcpRequestRules: joinTcpRules(before.tcpRequestRules, own.tcpRequestRules),
    httpRequestRules: [...before.httpRequestRules, ...own.httpRequestRules],
    httpResponseRules: [...before.httpResponseRules, ...own.httpResponseRules],
    httpAfterResponseRules: [...before.httpAfterResponseRules, ...own.httpAfterResponseRules],
  };
}

/** Path of a proxy in the REST API. */
function pathOf(proxy: SnapshotFrontend | SnapshotBackend): string {
  return 'binds' in proxy ? `/frontends/${proxy.name}` : `/backends/${proxy.name}`;
}

/** `path` is that of the resource whose rules these are. */
function compileLists(proxy: SnapshotFrontend | SnapshotBackend, path: string, acls: Acls, files: ErrorFiles): Rules {
  const { httpRequestRules, httpResponseRules, httpAfterResponseRules } = proxy;
  const ofResponse = (rules: SnapshotBackend['httpResponseRules'], list: string) =>
    compileHttpResponseRules(rules, acls, files, `${path}/${list}`);
  return {
    tcpRequestRules: compileTcpRequestRules(proxy, path, acls),
    httpRequestRules: compileHttpRequestRules(httpRequestRules, acls, files, proxy.name, `${path}/http-request-rules`),
    httpResponseRules: ofResponse(httpResponseRules, 'http-response-rules'),
    httpAfterResponseRules: ofResponse(httpAfterResponseRules, 'http-after-response-rules'),
  };
}

function joinTcpRules(before: TcpRequestRules, own: TcpRequestRules): TcpRequestRules {
  return {
    connection: [...before.connection, ...own.connection],
    session: [...before.session, ...own.session],
    content: [...before.content, ...own.content],
    inspectDelay: own.inspectDelay,
  };
}

/** The tcp-response rules of a backend. Throws Error on what shared/model would have refused. */
export function compileRulesOfServers(
  backend: SnapshotBackend,
  defaults: SnapshotDefaults | undefined,
  acls: Acls,
): TcpResponseRules {
  const own = compileTcpResponseRules(backend, pathOf(backend), acls);
  if (defaults === undefined) return own;
  const before = compileWithin({ ...presentScope() }, () =>
    compileTcpResponseRules({ ...backend, ...defaults }, `/defaults/${defaults.name}`, compileAcls(defaults.acls)),
  );
  return { content: [...before.content, ...own.content], inspectDelay: own.inspectDelay };
}

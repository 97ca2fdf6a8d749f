/** Compiles the rules of a proxy, those of its defaults before its own. */
import type {
  SnapshotBackend,
  SnapshotDefaults,
  SnapshotErrorFile,
  SnapshotFrontend,
} from '../../../shared/model/snapshot.ts';
import { compileAcls, type Test } from '../../rules/compile-condition.ts';
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
  const own = compileLists(proxy, acls, files);
  if (defaults === undefined) return own;
  const rules = proxy.mode === 'http' ? defaults : { ...defaults, ...noHttpRules };
  const before = compileLists({ ...proxy, ...rules, name: proxy.name }, compileAcls(defaults.acls), files);
  return {
    tcpRequestRules: joinTcpRules(before.tcpRequestRules, own.tcpRequestRules),
    httpRequestRules: [...before.httpRequestRules, ...own.httpRequestRules],
    httpResponseRules: [...before.httpResponseRules, ...own.httpResponseRules],
    httpAfterResponseRules: [...before.httpAfterResponseRules, ...own.httpAfterResponseRules],
  };
}

function compileLists(proxy: SnapshotFrontend | SnapshotBackend, acls: Acls, files: ErrorFiles): Rules {
  return {
    tcpRequestRules: compileTcpRequestRules(proxy, acls),
    httpRequestRules: compileHttpRequestRules(proxy.httpRequestRules, acls, files, proxy.name),
    httpResponseRules: compileHttpResponseRules(proxy.httpResponseRules, acls, files),
    httpAfterResponseRules: compileHttpResponseRules(proxy.httpAfterResponseRules, acls, files),
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
  const own = compileTcpResponseRules(backend, acls);
  if (defaults === undefined) return own;
  const before = compileTcpResponseRules({ ...backend, ...defaults }, compileAcls(defaults.acls));
  return { content: [...before.content, ...own.content], inspectDelay: own.inspectDelay };
}

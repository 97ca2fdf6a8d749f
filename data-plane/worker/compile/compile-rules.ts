/** Compiles the rules of a proxy, those of its defaults before its own. */
import type { SnapshotBackend, SnapshotErrorFile, SnapshotFrontend } from '../../../shared/model/snapshot.ts';
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

/** Throws Error on what shared/model would have refused. */
export function compileRules(proxy: SnapshotFrontend | SnapshotBackend, acls: Acls, files: ErrorFiles): Rules {
  const own = compileLists(proxy, acls, files);
  const { inherited } = proxy;
  if (inherited === null) return own;
  const before = compileLists({ ...proxy, ...inherited }, compileAcls(inherited.acls), files);
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
export function compileRulesOfServers(backend: SnapshotBackend, acls: Acls): TcpResponseRules {
  const own = compileTcpResponseRules(backend, acls);
  const { inherited } = backend;
  if (inherited === null) return own;
  const before = compileTcpResponseRules({ ...backend, ...inherited }, compileAcls(inherited.acls));
  return { content: [...before.content, ...own.content], inspectDelay: own.inspectDelay };
}

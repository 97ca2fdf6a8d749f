/** Whether a connection that was just accepted may begin: tcp-request connection and session rules. */
import { judgeConnection, type TcpVerdict } from '../rules/tcp-request-rules.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { TcpHandle } from './client-socket.ts';
import { type ClientAddresses, SessionContext } from './session-context.ts';

/** The addresses of a connection that has no socket yet. */
function addressesOf(handle: TcpHandle): ClientAddresses {
  const peer: { address?: string; port?: number } = {};
  const local: { address?: string; port?: number } = {};
  handle.getpeername?.(peer);
  handle.getsockname?.(local);
  return {
    remoteAddress: peer.address,
    remotePort: peer.port,
    localAddress: local.address,
    localPort: local.port,
  };
}

/**
 * What a connection tracks that may begin, for its whole life; undefined for nothing. Rejected ones are closed here, and leave
 * no other trace.
 */
export function admit(
  context: WorkerContext,
  frontend: FrontendRuntime,
  handle: TcpHandle,
): TrackedCounters | 'rejected' | undefined {
  const { connection, session } = frontend.tcpRequestRules;
  if (connection.length + session.length === 0) return undefined;
  const sample = new SessionContext(context.environment, frontend, { socket: addressesOf(handle) });
  let verdict: TcpVerdict = judgeConnection(connection, sample);
  if (verdict === 'accept') verdict = judgeConnection(session, sample);
  const { tracked } = sample;
  if (verdict === 'accept') {
    tracked?.sessionBegan();
    return tracked;
  }
  tracked?.end();
  if (verdict === 'silent-drop') handle.reset(() => {});
  else handle.close();
  return 'rejected';
}

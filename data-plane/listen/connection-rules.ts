/** Whether a connection that was just accepted may begin: tcp-request connection and session rules. */
import { judgeConnection, type TcpVerdict } from '../rules/tcp-request-rules.ts';
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

/** Rejected connections are closed here, and leave no other trace. */
export function admits(context: WorkerContext, frontend: FrontendRuntime, handle: TcpHandle): boolean {
  const { connection, session } = frontend.tcpRequestRules;
  if (connection.length + session.length === 0) return true;
  const sample = new SessionContext(context.environment, frontend, { socket: addressesOf(handle) });
  let verdict: TcpVerdict = judgeConnection(connection, sample);
  if (verdict === 'accept') verdict = judgeConnection(session, sample);
  if (verdict === 'accept') return true;
  if (verdict === 'silent-drop') handle.reset(() => {});
  else handle.close();
  return false;
}

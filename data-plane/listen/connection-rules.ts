/** Applies the rules that decide on a connection before it is served: nothing of it has been read. */
import { judgeConnection, type TcpVerdict } from '../rules/tcp-rules.ts';
import { StreamContext, unlogged } from '../tcp/stream-context.ts';
import type { FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { TcpHandle } from './client-socket.ts';
import type { ConnectionNotes, SocketAddresses } from './connection-context.ts';

/** The addresses of a connection that has no socket yet. */
function addressesOf(handle: TcpHandle): SocketAddresses {
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

const nothingNoted: ConnectionNotes = { variables: undefined, addresses: undefined, tracked: undefined };

/** What rules have noted; undefined for a rejected connection, which is closed here and leaves no other trace. */
export function admit(
  context: WorkerContext,
  frontend: FrontendRuntime,
  handle: TcpHandle,
): ConnectionNotes | undefined {
  const { connection, session } = frontend.tcpRequestRules;
  if (connection.length + session.length === 0) return nothingNoted;
  const sample = new StreamContext(context.environment, frontend, { socket: addressesOf(handle) }, unlogged);
  let verdict: TcpVerdict = judgeConnection(connection, sample);
  if (verdict === 'accept') verdict = judgeConnection(session, sample);
  const { tracked } = sample;
  if (verdict === 'accept') {
    tracked?.sessionBegan();
    return sample.notes;
  }
  tracked?.end();
  sample.end();
  if (verdict === 'silent-drop') handle.reset(() => {});
  else handle.close();
  return undefined;
}

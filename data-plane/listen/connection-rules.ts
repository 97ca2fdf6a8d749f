/** Whether a connection that was just accepted may begin: tcp-request connection and session rules. */
import { type IpAddress, parseSocketAddress } from '../../shared/address.ts';
import type { RequestView } from '../rules/request-view.ts';
import { judgeConnection, type TcpVerdict } from '../rules/tcp-request-rules.ts';
import type { FrontendRuntime } from '../worker/runtime.ts';
import type { TcpHandle } from './client-socket.ts';

/** All that is known of a connection that has brought nothing yet. */
class ConnectionView implements RequestView {
  readonly method = '';
  readonly path = '';
  readonly pathAndQuery = '';
  readonly host = '';
  address = '';

  get source(): IpAddress {
    return parseSocketAddress(this.address);
  }

  findHeader(): number {
    return -1;
  }

  headerValue(): string {
    return '';
  }
}

const view = new ConnectionView();

/** Rejected connections are closed here, and leave no other trace. */
export function admits(frontend: FrontendRuntime, handle: TcpHandle): boolean {
  const { connection, session } = frontend.tcpRequestRules;
  if (connection.length + session.length === 0) return true;
  const peer: { address?: string } = {};
  handle.getpeername?.(peer);
  view.address = peer.address ?? '0.0.0.0';
  let verdict: TcpVerdict = judgeConnection(connection, view);
  if (verdict === 'accept') verdict = judgeConnection(session, view);
  if (verdict === 'accept') return true;
  if (verdict === 'silent-drop') handle.reset(() => {});
  else handle.close();
  return false;
}

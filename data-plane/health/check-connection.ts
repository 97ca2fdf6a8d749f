/** One connection of a health check: connects within its limits, reports once, and leaves no socket behind. */
import { connect, type Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import type { Clock } from '../../shared/clock.ts';
import { type CheckResult, type CheckStatus, hasPassed } from './check-result.ts';

export interface CheckTimeouts {
  /** Longest time to connect (ms). */
  readonly connect: number;
  /** Longest time from then on (ms); 0 when `connect` limits the whole check. */
  readonly connected: number;
}

export interface CheckAddress {
  readonly address: string;
  readonly port: number;
}

/** Reports the end of the check; calls after the first do nothing. */
export type Finish = (status: CheckStatus, details?: { code?: number; info?: string }) => void;

/**
 * Connects and hands the socket over; `done` is called exactly once unless the answered function cancels before. With
 * `reset` the connection ends by RST, as HAProxy's do, so that thousands of checks leave no TIME_WAIT behind.
 */
export function openCheckConnection(options: {
  target: CheckAddress;
  timeouts: CheckTimeouts;
  clock: Clock;
  reset: boolean;
  timeoutStatus: CheckStatus;
  errorStatus: CheckStatus;
  connected(socket: Socket, finish: Finish): void;
  done(result: CheckResult): void;
}): () => void {
  const { target, timeouts, clock } = options;
  const startedAt = clock.now();
  let isConnected = false;
  let over = false;

  const end = () => {
    over = true;
    cancelTimer();
    if (options.reset && isConnected) socket.resetAndDestroy();
    else socket.destroy();
  };
  const finish: Finish = (status, { code = 0, info = '' } = {}) => {
    if (over) return;
    end();
    options.done({ status, passed: hasPassed(status), code, info, durationMs: Math.max(0, clock.now() - startedAt) });
  };
  const timeOut = () => finish(isConnected ? options.timeoutStatus : 'L4TOUT');

  let cancelTimer = clock.after(timeouts.connect, timeOut);
  const socket = connect({ host: target.address, port: target.port, noDelay: true });
  socket.on('connect', () => {
    if (over) return;
    isConnected = true;
    if (timeouts.connected > 0) {
      cancelTimer();
      cancelTimer = clock.after(timeouts.connected, timeOut);
    }
    options.connected(socket, finish);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    finish(isConnected ? options.errorStatus : 'L4CON', { info: describeError(error) });
  });
  return () => {
    if (!over) end();
  };
}

/** What strerror(3) says where it differs from libuv's text. */
const systemTexts: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'No route to host',
  ENOTFOUND: 'Host name not found',
  EAI_AGAIN: 'Host name lookup failed',
};

/** A socket error in the words an operator knows, such as "Connection refused". */
function describeError(error: NodeJS.ErrnoException): string {
  // An AggregateError (a host name with several addresses) tells nothing itself; its parts do.
  const inner = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  const known = systemTexts[inner.code ?? ''];
  if (known !== undefined) return known;
  const text = inner.errno === undefined ? undefined : getSystemErrorMap().get(inner.errno)?.[1];
  if (text === undefined) return inner.message;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The TCP health check: the server is up when it accepts a connection. */
import type { Clock } from '../../shared/clock.ts';
import { type CheckAddress, type CheckTimeouts, openCheckConnection } from './check-connection.ts';
import type { CheckResult } from './check-result.ts';

/** Checks once and calls `done` once; the answered function cancels. */
export function startTcpCheck(
  target: CheckAddress,
  timeouts: CheckTimeouts,
  clock: Clock,
  done: (result: CheckResult) => void,
): () => void {
  return openCheckConnection({
    target,
    timeouts,
    clock,
    reset: true,
    timeoutStatus: 'L4TOUT',
    errorStatus: 'L4CON',
    connected: (_socket, finish) => finish('L4OK'),
    done,
  });
}

/** The HTTP health check (option httpchk): sends one request and judges the status line of the answer. */

import { formatAddress } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import type { HttpCheck } from '../../shared/model/health-check.ts';
import { type CheckAddress, type CheckTimeouts, openCheckConnection } from './check-connection.ts';
import type { CheckResult } from './check-result.ts';

/** A status line longer than this (bytes) is no answer to wait for. */
const longestStatusLine = 16_384;

const statusLineExpression = /^HTTP\/\d\.\d (\d{3})(?: ([^\r]*))?\r?$/;

/** Checks once and calls `done` once; the answered function cancels. */
export function startHttpCheck(
  target: CheckAddress,
  check: HttpCheck,
  timeouts: CheckTimeouts,
  clock: Clock,
  done: (result: CheckResult) => void,
): () => void {
  return openCheckConnection({
    target,
    timeouts,
    clock,
    reset: false,
    timeoutStatus: 'L7TOUT',
    errorStatus: 'L7RSP',
    connected(socket, finish) {
      let head = '';
      socket.setEncoding('latin1');
      socket.on('data', (text: string) => {
        head += text;
        const end = head.indexOf('\n');
        if (end >= 0) judge(head.slice(0, end), check, finish);
        else if (head.length > longestStatusLine) finish('L7RSP', { info: 'the status line has no end' });
      });
      socket.on('end', () => {
        finish('L7RSP', { info: head === '' ? 'the server closed without an answer' : 'the answer breaks off' });
      });
      socket.write(writeRequest(target, check), 'latin1');
    },
    done,
  });
}

/** The request as bytes (latin1). HTTP/1.1 needs a Host field (RFC 9112 section 3.2), so one is added when none is given. */
export function writeRequest(target: CheckAddress, check: HttpCheck): string {
  const headers = check.headers ?? [];
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const version = check.version ?? (given.has('host') ? 'HTTP/1.1' : 'HTTP/1.0');
  const lines = [`${check.method ?? 'OPTIONS'} ${check.uri ?? '/'} ${version}`];
  if (version === 'HTTP/1.1' && !given.has('host')) lines.push(`host: ${formatAddress(target.address, target.port)}`);
  for (const { name, value } of headers) lines.push(`${name}: ${value}`);
  if (!given.has('connection')) lines.push('connection: close');
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function judge(
  line: string,
  check: HttpCheck,
  finish: (status: 'L7OK' | 'L7STS' | 'L7RSP', details: { code?: number; info: string }) => void,
): void {
  const match = statusLineExpression.exec(line);
  if (match === null) {
    finish('L7RSP', { info: 'the answer is no HTTP' });
    return;
  }
  const code = Number(match[1]);
  const healthy = isExpected(code, check.expect?.status ?? '200-399');
  finish(healthy ? 'L7OK' : 'L7STS', { code, info: healthy ? '' : (match[2] ?? '').slice(0, 200) });
}

/** Whether a status is among those of a list such as "200-299,304". */
export function isExpected(code: number, list: string): boolean {
  return list.split(',').some((item) => {
    const [low, high = low] = item.split('-').map(Number);
    return low !== undefined && high !== undefined && code >= low && code <= high;
  });
}

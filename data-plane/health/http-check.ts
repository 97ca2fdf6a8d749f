/** The HTTP health check (option httpchk): sends one request and judges the head of the answer. */

import { formatAddress } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import type { HttpCheck } from '../../shared/model/health-check.ts';
import { type CheckAddress, type CheckTimeouts, type Finish, openCheckConnection } from './check-connection.ts';
import type { CheckCourse, CheckRequest } from './check-program.ts';
import type { CheckResult, CheckStatus } from './check-result.ts';

/** A status line, or a head that is looked at, longer than this (bytes) is no answer to wait for. */
const longestHead = 16_384;

const statusLineExpression = /^HTTP\/\d\.\d (\d{3})(?: ([^\r]*))?\r?$/;

/**
 * Checks once and calls `done` once; the answered function cancels. `course` works out what is made anew for each check, and
 * then sees the whole head of the answer.
 */
export function startHttpCheck(
  target: CheckAddress,
  check: HttpCheck,
  timeouts: CheckTimeouts,
  clock: Clock,
  done: (result: CheckResult) => void,
  course?: CheckCourse,
): () => void {
  const end = course === undefined ? '\n' : '\r\n\r\n';
  const cancel = openCheckConnection({
    target,
    timeouts,
    clock,
    reset: false,
    timeoutStatus: check.expect?.toutStatus ?? 'L7TOUT',
    errorStatus: 'L7RSP',
    connected(socket, finish) {
      let head = '';
      socket.setEncoding('latin1');
      socket.on('data', (text: string) => {
        head += text;
        const at = head.indexOf(end);
        if (at >= 0) judge(head.slice(0, at + end.length), check, finish, course);
        else if (head.length > longestHead) finish('L7RSP', { info: 'the status line has no end' });
      });
      socket.on('end', () => {
        finish('L7RSP', { info: head === '' ? 'the server closed without an answer' : 'the answer breaks off' });
      });
      socket.write(writeRequest(target, check, course?.request()), 'latin1');
    },
    done(result) {
      course?.end();
      done(result);
    },
  });
  return () => {
    course?.end();
    cancel();
  };
}

/** Fields that tell how long the body is, which the check does itself. */
const framing = ['content-length', 'transfer-encoding'];

function fixedRequest({ uri = '/', headers = [], body = '' }: HttpCheck): CheckRequest {
  return { uri, headers, body: Buffer.from(body).toString('latin1') };
}

/** The request as bytes (latin1). HTTP/1.1 needs a Host field (RFC 9112 section 3.2), so one is added when none is given. */
export function writeRequest(
  target: CheckAddress,
  check: HttpCheck,
  { uri, headers, body }: CheckRequest = fixedRequest(check),
): string {
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const version = check.version ?? (given.has('host') ? 'HTTP/1.1' : 'HTTP/1.0');
  const lines = [`${check.method ?? 'OPTIONS'} ${uri} ${version}`];
  if (version === 'HTTP/1.1' && !given.has('host')) lines.push(`host: ${formatAddress(target.address, target.port)}`);
  for (const { name, value } of headers) {
    if (value !== '' && !framing.includes(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  if (body !== '') lines.push(`content-length: ${body.length}`);
  if (!given.has('connection')) lines.push('connection: close');
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function judge(head: string, check: HttpCheck, finish: Finish, course: CheckCourse | undefined): void {
  const { expect } = check;
  const match = statusLineExpression.exec(head.slice(0, head.indexOf('\n')));
  if (match === null) {
    const told = course?.tell('', false, 0, 'the answer is no HTTP');
    finish('L7RSP', { info: told?.info ?? 'the answer is no HTTP' });
    return;
  }
  const status = Number(match[1]);
  const healthy = isExpected(status, expect?.status ?? '200-399');
  const found: CheckStatus = healthy ? (expect?.okStatus ?? 'L7OK') : (expect?.errorStatus ?? 'L7STS');
  const reason = healthy ? '' : (match[2] ?? '').slice(0, 200);
  const { code, info } = course?.tell(head, healthy, status, reason) ?? { code: status, info: reason };
  const comment = healthy || expect?.comment === undefined ? '' : ` comment: ${expect.comment}`;
  // Only these are about a status.
  finish(found, { code: /^L7(?:OKC?|STS)$/.test(found) ? code : 0, info: info + comment });
}

/** Whether a status is among those of a list such as "200-299,304". */
export function isExpected(code: number, list: string): boolean {
  return list.split(',').some((item) => {
    const [low, high = low] = item.split('-').map(Number);
    return low !== undefined && high !== undefined && code >= low && code <= high;
  });
}

/** What becomes of connections and requests, sent whole and in odd pieces: the same in Sluice as in HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireProgram } from '../../support/require-program.ts';
import { startPeer, startServers } from './both.ts';
import { cases } from './cases.ts';
import { payloads } from './payloads.ts';

/** Pieces of one, two, three, five, ... bytes. */
function oddPieces(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, size = 1; at < bytes.length; at += size, size = Math.ceil(size * 1.7)) {
    pieces.push(bytes.subarray(at, at + size));
  }
  return pieces;
}

test('rules on contents decide as in HAProxy, as soon as there', { concurrency: 16 }, async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const servers = await startServers(t);
  const [haproxy, sluice, known] = await Promise.all([
    startPeer(t, program, ['-db'], cases, servers),
    startPeer(t, 'bin/sluice', [], cases, servers),
    payloads(),
  ]);
  await Promise.all(
    cases.flatMap(({ name, sends, inPieces }, index) =>
      sends.flatMap((sent) => {
        const bytes = known[sent] ?? Buffer.from(sent, 'latin1');
        const whole = bytes.length === 0 ? [] : [bytes];
        return [whole, ...(inPieces === true ? [oddPieces(bytes)] : [])].map((pieces) =>
          t.test(
            `${name}: ${sent === '' ? 'nothing' : JSON.stringify(sent).slice(0, 200)} in ${pieces.length}`,
            async () => {
              const [expected, actual] = await Promise.all([haproxy.send(index, pieces), sluice.send(index, pieces)]);
              assert.deepEqual(actual, expected);
            },
          ),
        );
      }),
    ),
  );
});

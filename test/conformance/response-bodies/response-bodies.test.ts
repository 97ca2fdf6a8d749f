/** Rules that wait for the bodies of responses, and look at them: the same in Sluice as in HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireProgram } from '../../support/require-program.ts';
import { startPeer } from './both.ts';
import { cases } from './cases.ts';

test('bodies of responses are waited for as in HAProxy', { concurrency: 16 }, async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const [haproxy, sluice] = await Promise.all([
    startPeer(t, program, ['-db'], cases),
    startPeer(t, 'bin/sluice', [], cases),
  ]);
  await Promise.all(
    cases.flatMap(({ name, asks }, index) =>
      asks.map((what) =>
        t.test(`${name}: ${what}`, async () => {
          const [expected, actual] = await Promise.all([haproxy.ask(index, what), sluice.ask(index, what)]);
          assert.deepEqual(actual, expected);
        }),
      ),
    ),
  );
});

/** The same rules on the same requests: Sluice answers what HAProxy answers, and servers are asked the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireProgram } from '../../support/require-program.ts';
import { answerStatusCases } from './answer-status-cases.ts';
import { authCases } from './auth-cases.ts';
import { startPeer } from './both.ts';
import { captureCases } from './capture-cases.ts';
import { cases as messageCases } from './cases.ts';
import { connectionCases } from './connection-cases.ts';
import { defaultsCases } from './defaults-cases.ts';
import { errorPageCases } from './error-page-cases.ts';
import { foundCases } from './found-cases.ts';
import { headerNameCases } from './header-name-cases.ts';
import { logVariableCases } from './log-variable-cases.ts';
import { originCases } from './origin-cases.ts';
import { placeCases } from './place-cases.ts';
import { roomCases } from './room-cases.ts';
import { variableCases } from './variables.ts';

/** The last one is not logged: whether it listens is tried before. */
const cases = [
  ...answerStatusCases,
  ...authCases,
  ...captureCases,
  ...connectionCases,
  ...defaultsCases,
  ...errorPageCases,
  ...foundCases,
  ...headerNameCases,
  ...logVariableCases,
  ...originCases,
  ...placeCases,
  ...roomCases,
  ...variableCases,
  ...messageCases,
];

test('rules do in Sluice what they do in HAProxy', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const [haproxy, sluice] = await Promise.all([
    startPeer(t, program, ['-db'], cases),
    startPeer(t, 'bin/sluice', [], cases),
  ]);
  for (const [index, { name, requests }] of cases.entries()) {
    for (const request of requests) {
      const line = request.slice(0, request.indexOf(' HTTP'));
      await t.test(`${name}: ${line}`, async () => {
        const [expected, actual] = await Promise.all([haproxy.send(index, request), sluice.send(index, request)]);
        assert.deepEqual(actual, expected);
      });
    }
  }
});

/** Which lines a log target takes, and how it frames them. */

import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { compileLogTargets, levelNumber } from '../../../../data-plane/report/syslog.ts';
import { toBytes } from '../../../../shared/language/regular-expression.ts';
import type { LogTarget } from '../../../../shared/model/log-target.ts';
import type { SnapshotLogTargets } from '../../../../shared/model/snapshot.ts';
import { type LogReceiver, startLogReceiver } from '../../../support/log-receiver.ts';
import { snapshotOf } from '../../../support/versions.ts';

type Test = Parameters<typeof startLogReceiver>[0];

function compile(receiver: LogReceiver, targets: Partial<LogTarget>[], logSendHostname?: string) {
  const address = `127.0.0.1:${receiver.port}`;
  const { frontends } = snapshotOf({
    global: logSendHostname === undefined ? {} : { logSendHostname },
    frontends: [{ name: 'web', logTag: 'lb', logs: targets.map((target) => ({ address, ...target })) }],
  });
  return compileLogTargets(frontends[0]?.log as SnapshotLogTargets, 42);
}

/** The lines that come of one text at a level. */
async function linesOf(t: Test, count: number, targets: Partial<LogTarget>[], logSendHostname?: string) {
  const receiver = await startLogReceiver(t);
  compile(receiver, targets, logSendHostname).send(levelNumber('info'), 'text');
  const lines = await receiver.take(count);
  return lines.map((line) => line.replace(/[A-Z][a-z]{2} [ 0-9]\d [\d:]{8}/, 'DATE').replace(/\d{4}-\S*T\S*/, 'ISO'));
}

test('each format frames a line in its own way', async (t) => {
  const formats = ['local', 'rfc3164', 'rfc5424', 'priority', 'short', 'timed', 'iso', 'raw'] as const;
  const targets = formats.map((format) => ({ format, facility: 'daemon' as const }));
  assert.deepEqual(await linesOf(t, 8, targets), [
    '<30>DATE lb[42]: text\n',
    '<30>DATE localhost lb[42]: text\n',
    '<30>1 ISO - lb 42 - - text\n',
    '<30>text\n',
    '<6>text\n',
    '<6>ISO text\n',
    'ISO text\n',
    'text\n',
  ]);
});

test('the name of the host is that of the configuration or of the machine', async (t) => {
  assert.deepEqual(await linesOf(t, 2, [{}, { format: 'rfc5424' }], 'lb1'), [
    '<134>DATE lb1 lb[42]: text\n',
    '<134>1 ISO lb1 lb 42 - - text\n',
  ]);
  assert.deepEqual(await linesOf(t, 1, [{}], ''), [`<134>DATE ${hostname()} lb[42]: text\n`]);
});

test('a target takes what is grave enough, and tells it no graver than it may', async (t) => {
  const receiver = await startLogReceiver(t);
  const targets = compile(receiver, [
    { format: 'short', level: 'notice' },
    { format: 'priority', minLevel: 'err', facility: 'kern' },
  ]);
  for (const level of ['emerg', 'notice', 'info'] as const) targets.send(levelNumber(level), level);
  assert.deepEqual(await receiver.take(5), ['<0>emerg\n', '<3>emerg\n', '<5>notice\n', '<5>notice\n', '<6>info\n']);
});

test('a sample is sent in turn', async (t) => {
  const receiver = await startLogReceiver(t);
  const targets = compile(receiver, [{ format: 'raw', sample: { ranges: '1,3-4', size: 4 } }, { format: 'short' }]);
  for (const text of ['1', '2', '3', '4', '5', '6']) targets.send(levelNumber('info'), text);
  const lines = await receiver.take(10);
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('<')),
    ['1\n', '3\n', '4\n', '5\n'],
  );
});

test('what is longer than a target takes is cut at a byte, header included', async (t) => {
  const receiver = await startLogReceiver(t);
  const targets = compile(receiver, [{ format: 'short', length: 80 }]);
  targets.send(levelNumber('info'), 'x'.repeat(77));
  targets.send(levelNumber('info'), 'x'.repeat(78));
  targets.send(levelNumber('info'), toBytes('é'.repeat(40)));
  const [fits, long, wide = ''] = await receiver.take(3);
  assert.equal(fits, `<6>${'x'.repeat(77)}\n`);
  assert.equal(long, `<6>${'x'.repeat(77)}\n`);
  assert.ok(wide.startsWith(`<6>${'é'.repeat(38)}`) && wide.endsWith('\n'));
});

test('addresses a node cannot send to are refused with the reason', async (t) => {
  const receiver = await startLogReceiver(t);
  assert.throws(() => compile(receiver, [{ address: '/dev/log' }]), /cannot send logs to the unix socket \/dev\/log/);
  assert.throws(() => compile(receiver, [{ address: 'fd@3' }]), /workers have no descriptor 3/);
});

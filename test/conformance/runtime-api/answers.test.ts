/** What commands answer, sentence by sentence, beside HAProxy's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Both, startBoth } from './both.ts';

/** Asks both each line, in order, and compares the answers letter by letter. */
async function compare(both: Both, lines: readonly string[], mask = (answer: string) => answer): Promise<void> {
  for (const line of lines) {
    const { haproxy, sluice } = await both.ask(line);
    assert.equal(mask(sluice), mask(haproxy), `the answer to ${JSON.stringify(line)}`);
  }
}

test('weights are read, changed and refused in the same words', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  await compare(both, ['get weight', 'get weight app', 'get weight app/', 'get weight /s1', 'get weight app/zz']);
  await compare(both, ['get weight zz/s1', 'get weight web/s1', 'get weight #5/#1', 'get weight #5/s2']);
  await compare(both, ['get weight #99/s1', 'get weight #5/#77', 'get weight app\\/s1', 'get weight a\\;b/s1']);
  await compare(both, [
    'set weight',
    'set weight app',
    'set weight app/s1',
    'set weight app/zz 1',
    'set weight zz/a 1',
  ]);
  const weights = ['x', '5x', '5%%', '5.5', '0x10', '%', '300', '-1', '-5%', '300%x', '99999999999', '50%', '0', '7'];
  for (const weight of [...weights, '+3', '5 %', '33%', '0%', '9999%', '256', '100%']) {
    await compare(both, [`set weight app/s2 ${weight}`, 'get weight app/s2']);
    await compare(both, [`set server app/s2 weight ${weight}`, 'get weight app/s2']);
  }
  await compare(both, ['set weight least/b 50%', 'get weight least/b', 'set server app/s1 weight']);
});

test('settings of servers are refused in the same words', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  await compare(both, ['set server', 'set server app', 'set server app/s1', 'set server app/s1 foo']);
  await compare(both, ['set server app/s1 foo bar', 'set server app/zz state ready', 'set server zz/s1 state ready']);
  await compare(both, ['set server app/s1 state', 'set server app/s1 state foo', 'set server app/s1 health']);
  await compare(both, ['set server app/s1 health foo', 'set server app/s1 agent', 'set server app/s1 agent up']);
  await compare(both, ['set server app/s1 agent-port 3', 'set server app/s1 agent-send foo', 'disable server']);
  await compare(both, ['disable server app', 'enable server app/zz', 'enable server zz/a', 'disable agent app/s1']);
  await compare(both, ['enable agent app/s1', 'enable agent', 'enable health app/s1', 'disable health app/s1']);
  await compare(both, ['enable health app/zz', 'enable health', 'disable health']);
});

test('levels, modes and settings of a connection are answered in the same words', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  await compare(both, ['operator', 'user', 'operator;show cli level', 'user;operator;show cli level']);
  await compare(both, ['user;set weight app/s1 1', 'operator;set weight app/s1 1', 'user;disable server app/s1']);
  await compare(both, ['operator;clear counters all', 'operator;clear counters', 'user;clear counters']);
  await compare(both, ['user;show errors', 'user;show backend', 'user;get weight app/s1', 'show cli level']);
  await compare(both, ['expert-mode', 'expert-mode foo', 'expert-mode on;expert-mode', 'operator;expert-mode on']);
  await compare(both, ['expert-mode on;expert-mode off;expert-mode', 'experimental-mode on;experimental-mode']);
  await compare(both, ['set severity-output', 'set severity-output foo', 'set severity-output none;show cli level']);
  const words =
    'get weight x;show cli level;get weight app/s1;expert-mode;operator;set weight app/s1 1;foo/;show backend';
  await compare(both, [`set severity-output number;${words}`.replace('foo/;', '')]);
  await compare(both, ['set severity-output string;get weight x;show servers state zz;set weight app/s1 z']);
  await compare(both, ['set timeout', 'set timeout foo', 'set timeout cli', 'set timeout cli x', 'set timeout cli 20']);
  await compare(both, ['set timeout cli 20s', 'clear counters', 'clear counters all', 'clear counters foo']);
});

test('lists and what they refuse are the same', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  await compare(both, ['show backend', 'show backend foo', 'show servers state zz', 'show servers state web']);
  await compare(both, ['show servers state 5', 'show servers conn zz', 'show errors foo', 'show stat zz 1 1']);
  await compare(both, ['show stat domain', 'show stat domain foo', 'show stat 99 1 1', 'show stat 5 0 1']);
  const date = (answer: string) => answer.replace(/\[[^\]]*\]/, '[]');
  await compare(
    both,
    ['show errors', 'show errors web', 'show errors 2', 'show errors #2', 'show errors web foo'],
    date,
  );
  const folder = (answer: string) => answer.replace(/unix@\S*\/(haproxy|sluice)-/g, 'unix@');
  await compare(both, ['show cli sockets'], folder);
});

test('what does not exist is answered with what comes near', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  // The commands that there are differ; how lists begin and end does not.
  const edges = (answer: string) => {
    const lines = answer.trimEnd().split('\n');
    return [lines[0], ...lines.slice(-3).map((line) => line.split(':')[0])].join('\n');
  };
  await compare(both, ['foo', 'show', 'show foo', '', 'set', 'help', 'help show', 'help foo', 'help help'], edges);
  for (const [line, expected] of [
    ['show servers', ['show servers conn', 'show servers state']],
    ['help get weight', ['get weight']],
    ['disable servr', ['disable server']],
  ] as const) {
    const { sluice } = await both.ask(line);
    for (const command of expected) assert.ok(sluice.includes(`\n  ${command} `), `${command} in ${sluice}`);
  }
});

/** What becomes of servers that are changed at run time, state by state beside HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../support/wait-for.ts';
import { type Both, isSettled, startBoth } from './both.ts';

const columns = 'pxname svname status weight act bck check_status check_code last_chk check_desc check_rise check_fall';

/** The columns of "show stat" that tell the state of servers; a check may be under way. */
function statuses(csv: string): string[] {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const names = header.replace(/^# /, '').split(',');
  const wanted = [...columns.split(' '), 'uweight', 'mode', 'algo'].map((name) => names.indexOf(name));
  return lines.map((line) => wanted.map((index) => line.split(',')[index]?.replace(/^\* /, '')).join(','));
}

/** "show servers state" without the time of the last change; a check may be under way. */
function states(text: string): string[] {
  return text.split('\n').map((line) => {
    const words = line.split(' ');
    if (words.length < 15) return line;
    // The count of a server without checks is no matter of anyone.
    const unchecked = words[13] === '0' || words[13] === '8';
    const masked = [9, ...(unchecked ? [12] : [])];
    return words
      .map((word, index) => (masked.includes(index) ? '#' : index === 13 ? String(Number(word) & ~1) : word))
      .join(' ');
  });
}

async function assertSame(both: Both, what: string): Promise<void> {
  const differs = async () => {
    const stat = await both.ask('show stat');
    const state = await both.ask('show servers state');
    return [
      [statuses(stat.sluice), statuses(stat.haproxy)],
      [states(state.sluice), states(state.haproxy)],
    ];
  };
  // Checks of both go on at their own pace.
  const same = async () => (await differs()).every(([ours, theirs]) => JSON.stringify(ours) === JSON.stringify(theirs));
  await waitFor(`the same states after ${what}`, same, 15_000).catch(async () => {
    for (const [ours, theirs] of await differs()) assert.deepEqual(ours, theirs, what);
  });
}

test('servers go through the same states', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  await assertSame(both, 'the start');
  for (const line of [
    'set server app/s1 state drain',
    'set server app/s1 state maint',
    'enable server app/s1',
    'set server app/s1 health down',
    'set server app/s1 health stopping',
    'set server app/s1 health up',
    'set weight app/s2 50%',
    'disable server app/s2',
    'set server app/s2 state drain',
    'set server app/s2 state ready',
    'set server app/s4 state drain',
    'set server app/s4 state ready',
    'disable server app/s4',
    'disable health app/s2',
    'set server app/s2 health down',
    'set server app/s2 health up',
    'enable health app/s2',
    'disable server #8/#1',
    'enable server tunnel/a',
    'set weight least/a 0',
    'set weight least/b 5',
  ]) {
    const { haproxy, sluice } = await both.ask(line);
    assert.equal(sluice, haproxy, line);
    await assertSame(both, line);
  }
});

test('checks have the last word over forced health', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  const status = async (server: string) => {
    const { haproxy, sluice } = await both.ask('show stat app 4 -1');
    return [haproxy, sluice].map(
      (csv) =>
        statuses(csv)
          .find((line) => line.startsWith(`app,${server},`))
          ?.split(',')[2],
    );
  };
  await both.ask('set server app/s2 health down;set server app/s3 health up');
  for (const text of await status('s2')) assert.match(text ?? '', /^DOWN/);
  for (const text of await status('s3')) assert.match(text ?? '', /^UP/);
  await waitFor('checks to set both right', async () => {
    const { haproxy, sluice } = await both.ask('show stat');
    return isSettled(haproxy) && isSettled(sluice);
  });
  await both.ask('set server app/s2 health stopping');
  await waitFor('a check to end it', async () => (await status('s2')).every((text) => text === 'UP'));
});

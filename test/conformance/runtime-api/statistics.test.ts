/** "show stat" and "show info" in all their forms, column by column beside HAProxy's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get } from '../../support/origin-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Both, startBoth } from './both.ts';

/** Where numbers may differ: times, and what its own pools and parsers count. */
const loose = new Set([
  ...['lastchg', 'downtime', 'check_duration', 'need_conn_est', 'used_conn_cur', 'chkfail', 'lastsess'],
  ...['rate', 'rate_max', 'req_rate', 'req_rate_max', 'conn_rate', 'conn_rate_max', 'reuse', 'connect', 'srv_icur'],
  ...['ctime', 'rtime', 'ttime', 'ctime_max', 'rtime_max', 'ttime_max', 'safe_conn_cur', 'idle_conn_cur'],
  ...['bin', 'bout', 'smax', 'cache_lookups'],
]);
const isLoose = (name: string) => loose.has(name) || /^h[12]_/.test(name);

/** Rows by "proxy/server", each with its columns by name; a column that may differ tells only whether it is empty. */
function readCsv(text: string): Record<string, Record<string, string>> {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.replace(/^# /, '').split(',');
  return Object.fromEntries(
    lines.map((line) => {
      const values = line.split(',');
      const columns = names.map((name, index) => {
        const value = values[index] ?? 'missing';
        return [name, isLoose(name) && value !== '' ? '#' : value];
      });
      return [`${values[0]}/${values[1]}`, Object.fromEntries(columns)];
    }),
  );
}

/** Asks until HAProxy does not just check a server, which it shows with a "*" and without the last result. */
function askBetweenChecks(both: Both, line: string, level?: 'operator' | 'user') {
  return waitFor('a moment without a check', async () => {
    const answers = await both.ask(line, level);
    return answers.haproxy.includes('* L') ? undefined : answers;
  });
}

async function compareCsv(both: Both, line: string, level?: 'operator' | 'user'): Promise<string[]> {
  const { haproxy, sluice } = await askBetweenChecks(both, line, level);
  assert.equal(sluice.split('\n')[0], haproxy.split('\n')[0], 'the header');
  assert.deepEqual(readCsv(sluice), readCsv(haproxy), line);
  return Object.keys(readCsv(sluice));
}

test('show stat has the rows and columns of HAProxy', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  const rows = await compareCsv(both, 'show stat');
  assert.equal(rows[0], 'raw/FRONTEND');
  assert.equal(rows.length, 13);
  await compareCsv(both, 'show stat', 'operator');
  await compareCsv(both, 'show stat', 'user');
  await compareCsv(both, 'user;show stat', 'user');
});

test('show stat selects by proxy, type, server and state as HAProxy does', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  for (const selection of [
    '5 4 1',
    'app 4 -1',
    '#5 2 -1',
    '-1 1 -1',
    '-1 6 -1',
    'app 7 2',
    'web 1 0',
    '5 x 1',
    '5 0 1',
  ]) {
    await compareCsv(both, `show stat ${selection}`);
  }
  for (const words of ['2', 'domain proxy', 'up', 'no-maint', '5 4 -1 up', 'app -1 -1 no-maint', 'desc', 'foo']) {
    await compareCsv(both, `show stat ${words}`);
  }
});

test('show stat counts the same traffic', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  for (let index = 0; index < 6; index++) {
    await get(both.port.haproxy, '/');
    await get(both.port.sluice, '/');
  }
  await waitFor('the counters', async () => /^web,FRONTEND,,,0,\d+,\d+,6,/m.test((await both.ask('show stat')).sluice));
  const columns = ['stot', 'req_tot', 'hrsp_2xx', 'hrsp_4xx', 'scur', 'conn_tot', 'ereq', 'econ', 'cli_abrt', 'lbtot'];
  const { haproxy, sluice } = await both.ask('show stat');
  const [theirs, ours] = [readCsv(haproxy), readCsv(sluice)];
  for (const row of ['web/FRONTEND', 'app/BACKEND']) {
    for (const column of columns) assert.equal(ours[row]?.[column], theirs[row]?.[column], `${column} of ${row}`);
  }
  assert.match(sluice, /^app,BACKEND,(?:[^,]*,){53}\d+,/m);
});

test('clear counters all begins from zero', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  await get(both.port.haproxy, '/');
  await get(both.port.sluice, '/');
  await waitFor('the counters', async () => /^web,FRONTEND,,,0,\d+,\d+,1,/m.test((await both.ask('show stat')).sluice));
  await both.ask('clear counters all');
  const { haproxy, sluice } = await both.ask('show stat web 1 -1');
  for (const text of [haproxy, sluice]) assert.match(text, /^web,FRONTEND,,,0,0,\d+,0,0,0,/m);
});

/** Typed lines without the values that may differ. */
function readTyped(text: string): string[] {
  return text.split('\n').map((line) => {
    const [, place, name = '', kind] = /^(\w\.\d+\.\d+\.\d+)\.(\w+)\.1:(\w+:\w+):/.exec(line) ?? [];
    return place !== undefined && isLoose(name) ? `${place}.${name}:${kind}` : line;
  });
}

test('show stat typed has positions, tags and types of HAProxy', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  const { haproxy, sluice } = await askBetweenChecks(both, 'show stat typed');
  assert.deepEqual(readTyped(sluice), readTyped(haproxy));
  const described = await both.ask('show stat 2 1 -1 typed desc');
  for (const line of described.sluice.trimEnd().split('\n')) assert.match(line, /:"[^"]+"$/);
});

interface JsonField {
  field: { name: string };
  value: { value: unknown };
}

function withoutValues(text: string, masked: (name: string) => boolean): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    const field = value as JsonField | null;
    if (typeof field !== 'object' || field === null || field.field === undefined) return value;
    return masked(field.field.name) ? { ...field, value: { ...field.value, value: '#' } } : value;
  });
}

test('show stat json and show info json have the form of HAProxy', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  const stat = await askBetweenChecks(both, 'show stat json');
  assert.deepEqual(withoutValues(stat.sluice, isLoose), withoutValues(stat.haproxy, isLoose));
  assert.ok(stat.sluice.endsWith(']]\n\n'));
  const info = await both.ask('show info json');
  assert.deepEqual(
    withoutValues(info.sluice, () => true),
    withoutValues(info.haproxy, () => true),
  );
});

test('show info has the fields of HAProxy in their order, with their kinds', async (context) => {
  const both = await startBoth(context);
  if (both === undefined) return;
  const names = (text: string) => text.split('\n').map((line) => line.split(':')[0]);
  for (const words of ['', ' foo', ' float']) {
    const { haproxy, sluice } = await both.ask(`show info${words}`);
    assert.deepEqual(names(sluice), names(haproxy));
  }
  for (const words of ['typed', 'typed float', 'typed desc']) {
    const { haproxy, sluice } = await both.ask(`show info ${words}`);
    const kinds = (text: string) => text.split('\n').map((line) => line.split(':').slice(0, 3).join(':'));
    assert.deepEqual(kinds(sluice), kinds(haproxy));
  }
  const { sluice } = await both.ask('show info');
  assert.match(sluice, /^Uptime: 0d 0h00m\d\ds$/m);
  assert.match(sluice, /^Listeners: 5$/m);
  assert.match(sluice, /^Maxconn: 400\nHard_maxconn: 400$/m);
});

/** Which server clients come back to, and what tables then hold: the same as with HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../support/wait-for.ts';
import { entriesOf, type Ports, type Site, startBoth } from './site.ts';

interface StickyCase {
  readonly name: string;
  readonly backend: readonly string[];
  /** Paths of requests, each on a connection of its own; "> line" is one for the stats socket. */
  readonly steps: readonly string[];
  readonly mode?: 'tcp' | 'http';
  /** Lines of further sections; "B" stands for the name of the backend. */
  readonly more?: readonly string[];
  /** Cookie fields are sent with "?cookie=". */
  readonly servers?: readonly string[];
}

const cases: readonly StickyCase[] = [
  { name: 'stick on src', backend: ['stick-table type ip size 1k expire 1m', 'stick on src'], steps: ['/', '/', '/'] },
  {
    name: 'stick on src in mode tcp',
    backend: ['stick-table type ip size 1k', 'stick on src'],
    mode: 'tcp',
    steps: ['/', '/', '/'],
  },
  {
    name: 'stick on a parameter',
    backend: ['stick-table type string len 8 size 1k', 'stick on url_param(id)'],
    steps: ['/?id=a', '/?id=b', '/?id=c', '/?id=b', '/?id=a', '/', '/', '/?id=c', '/?id=abcdefghij', '/?id=abcdefghXX'],
  },
  {
    name: 'stick on under a condition',
    backend: ['stick-table type ip size 1k', 'stick on src if { path_beg /in }'],
    steps: ['/in', '/out', '/in', '/out', '/in'],
  },
  {
    name: 'match and store apart',
    backend: ['stick-table type string len 8 size 1k', 'stick match url_param(m)', 'stick store-request url_param(s)'],
    steps: ['/?s=1', '/?m=1', '/?m=1', '/?s=2', '/?m=2', '/?m=3', '/?m=1&s=2', '/?m=2'],
  },
  {
    name: 'a cookie of the application',
    backend: [
      'stick-table type string len 16 size 1k',
      'stick match req.cook(sid)',
      'stick store-response res.cook(sid)',
    ],
    steps: ['/?sid=aa', '/?sid=bb', '/?cookie=aa', '/?cookie=aa', '/?cookie=bb', '/?cookie=cc', '/?cookie=bb'],
  },
  {
    name: 'only the first key for a table is stored',
    backend: [
      'stick-table type string len 8 size 1k',
      'stick on url_param(a)',
      'stick on url_param(b)',
      'stick store-response status',
    ],
    steps: ['/?a=1&b=2', '/?b=2', '/?b=1', '/?a=2', '/404?b=3'],
  },
  {
    name: 'a server that does not stick',
    backend: ['stick-table type string len 8 size 1k', 'stick on url_param(id)'],
    servers: ['non-stick', ''],
    steps: ['/?id=a', '/?id=a', '/?id=b', '/?id=b', '/?id=c'],
  },
  {
    name: 'a server by its number',
    backend: ['stick-table type string len 8 size 1k', 'stick on url_param(id)'],
    steps: [
      '> set table B key x data.server_id 2',
      '/?id=x',
      '/?id=x',
      '> set table B key y data.server_id 9',
      '/?id=y',
    ],
  },
  {
    name: 'a server by the number that it was given',
    backend: ['stick-table type string len 8 size 1k', 'stick on url_param(id)'],
    servers: ['id 7', 'id 1'],
    steps: [
      '> set table B key x data.server_id 1',
      '/?id=x',
      '> set table B key y data.server_id 7',
      '/?id=y',
      '> set table B key z data.server_id 2',
      '/?id=z',
    ],
  },
  {
    name: 'a server in maintenance is left, and the entry follows',
    backend: ['stick-table type ip size 1k', 'stick on src'],
    steps: ['/', '/', '> disable server B/s1', '/', '/', '> enable server B/s1', '/', '/'],
  },
  {
    name: 'a server in maintenance is kept with option persist',
    backend: ['option persist', 'stick-table type ip size 1k', 'stick on src'],
    steps: ['/', '/', '> disable server B/s1', '/', '/', '> enable server B/s1', '/'],
  },
  {
    name: 'a server that is drained keeps its clients',
    backend: ['stick-table type string len 8 size 1k', 'stick on url_param(id)'],
    steps: ['/?id=a', '> set server B/s1 state drain', '/?id=a', '/?id=b', '/?id=c', '> set server B/s1 state ready'],
  },
  {
    name: 'a server that is dead is not noted, another one is with redispatch',
    backend: ['retries 1', 'option redispatch 1', 'stick-table type ip size 1k', 'stick on src'],
    servers: ['DEAD', ''],
    steps: ['/', '/'],
  },
  {
    name: 'a server that gives no answer is not noted',
    backend: ['stick-table type ip size 1k', 'stick on src'],
    steps: ['/close', '/junk', '/404', '/'],
  },
  {
    name: 'a rule that chooses the server comes first, and is noted',
    backend: ['stick-table type ip size 1k', 'stick on src', 'use-server s2 if { path /two }'],
    steps: ['/', '/two', '/', '/'],
  },
  {
    name: 'a table of another backend, by the names of servers',
    backend: ['stick match src table other-B'],
    more: ['backend other-B', 'stick-table type ip size 1k', 'server s2 127.0.0.1:1', 'server s1 127.0.0.1:1'],
    steps: ['> set table other-B key 127.0.0.1 data.server_id 2', '/', '/'],
  },
  {
    name: 'a table that is full',
    backend: ['stick-table type string len 8 size 2 nopurge', 'stick on url_param(id)'],
    steps: ['/?id=a', '/?id=b', '/?id=c', '/?id=c', '/?id=a', '/?id=b'],
  },
];

function section({ backend, mode = 'http', more = [], servers = ['', ''] }: StickyCase, index: number, ports: Ports) {
  const name = `b${index}`;
  const lines = (list: readonly string[]) => list.map((line) => ` ${line.replaceAll(/\bB\b/g, name)}\n`).join('');
  const [first = '', ...rest] = more;
  const server = (number: number) => {
    const words = servers[number] ?? '';
    return ` server s${number + 1} 127.0.0.1:${words === 'DEAD' ? 1 : ports.servers[number]} ${words.replace('DEAD', '')}\n`;
  };
  return `frontend f${index}
 mode ${mode}
 bind 127.0.0.1:${ports.frontends[index]}
 default_backend ${name}
backend ${name}
 mode ${mode}
 balance roundrobin
${lines(backend)}${server(0)}${server(1)}${first === '' ? '' : `${lines([first]).trimStart()}${lines(rest)}`}`;
}

async function take(site: Site, index: number, step: string): Promise<string> {
  if (step.startsWith('> ')) return (await site.ask(step.slice(2).replaceAll(/\bB\b/g, `b${index}`))).trim();
  const cookie = /cookie=(\w+)/.exec(step)?.[1];
  const field = cookie === undefined ? '' : `Cookie: sid=${cookie}\r\n`;
  const answer = await site.send(index, `GET ${step} HTTP/1.1\r\nHost: x\r\n${field}\r\n`);
  return `${answer.slice(9, 12)} ${/^server: (\w+)/im.exec(answer)?.[1] ?? 'none'}`;
}

test('clients come back to the servers they would with HAProxy', async (t) => {
  const both = await startBoth(t, cases.length, (ports) =>
    cases.map((each, index) => section(each, index, ports)).join(''),
  );
  if (both === undefined) return;
  for (const [index, { name, steps, more = [] }] of cases.entries()) {
    await t.test(name, async () => {
      const play = async (site: Site) => {
        const answers: string[] = [];
        for (const step of steps) answers.push(`${step}: ${await take(site, index, step)}`);
        return answers;
      };
      const theirs = await play(both.haproxy);
      assert.deepEqual(await play(both.sluice), theirs);
      const table = more[0]?.replace('backend other-B', `other-b${index}`) ?? `b${index}`;
      const show = async (site: Site) => entriesOf(await site.ask(`show table ${table}`));
      const expected = await show(both.haproxy);
      await waitFor('the same entries', async () => (await show(both.sluice)) === expected, 15_000).catch(async () =>
        assert.equal(await show(both.sluice), expected),
      );
    });
  }
});

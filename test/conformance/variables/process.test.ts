/** Variables of the process: what the global section sets and what the runtime API answers are the same as in HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../support/wait-for.ts';
import { type Site, startBoth } from '../stick-tables/site.ts';

const text = (port: number | undefined) => `global
 set-var proc.state str(primary)
 set-var proc.prio int(100)
 set-var proc.threshold int(200),sub(proc.prio)
 set-var proc.prio int(7)
 set-var-fmt proc.text "%[var(proc.prio)] x  y %[str(a),upper]"
 set-var proc.ignored int(5) if FALSE
 set-var proc.exists,ifexists int(1)
 set-var proc.missing,ifnotexists int(1)
 set-var proc.unset,ifset int(1)
 set-var proc.new,ifnotset int(1)
 set-var proc.prio,iflt int(9)
 set-var proc.prio,ifgt int(10)
 set-var proc.nothing var(proc.nowhere)
 set-var proc.yes bool(true)
 set-var proc.four ipv4(192.0.2.1)
 set-var proc.six ipv6(2001:db8::1)
 set-var proc.bytes bin(410042)
 set-var proc.empty str()
 set-var proc.method meth(PUT)
 set-var proc.below int(-4)
 set-var proc.large int(9223372036854775807)
 set-var proc.dotted.name str(a)
 set-var proc.lines bin(610a62)
frontend web
 bind 127.0.0.1:${port}
 http-request set-var(proc.last) path
 http-request set-var(proc.count) var(proc.count),add(1)
 http-request unset-var(proc.state) if { path /unset }
 http-request set-var(proc.client) src
 http-request return status 200 hdr x-state "%[var(proc.state,none)] %[var(proc.threshold)] %[var(proc.six)]"
`;

const names = [
  'state',
  'prio',
  'threshold',
  'text',
  'ignored',
  'exists',
  'missing',
  'unset',
  'new',
  'nothing',
  'yes',
  'four',
  'six',
  'bytes',
  'empty',
  'method',
  'below',
  'large',
  'dotted.name',
  'lines',
];

const experimental = (line: string) => `experimental-mode on; ${line}`;

/** In this order; each changes what the next ones find. */
const lines = [
  ...names.map((name) => `get var proc.${name}`),
  'get var',
  'get var proc.',
  'get var txn.a',
  'get var state',
  'get var proc.state more',
  'user; get var proc.state',
  'operator; get var proc.state',
  'set var proc.state int(5)',
  ...[
    'set var',
    'set var proc.state',
    'set var proc.state int(5)',
    'get var proc.state',
    'set var proc.state expr int(6),mul(proc.prio)',
    'get var proc.state',
    'set var proc.state fmt hello',
    'get var proc.state',
    'set var proc.state fmt a\\ b\\ %[int(3)]',
    'get var proc.state',
    'set var proc.state fmt hello world',
    'get var proc.state',
    'set var proc.fresh expr int(5) more',
    'get var proc.fresh',
    'set var proc.fresh expr nbsrv(app)',
    'get var proc.fresh',
    'set var proc.fresh expr var(proc.four)',
    'get var proc.fresh',
    'set var proc.fresh expr var(proc.nowhere)',
    'get var proc.fresh',
    'set var proc.fresh,ifset int(9)',
    'get var proc.fresh',
    'set var txn.a int(5)',
    'set var a int(5)',
    'set var foo.a int(5)',
  ].map(experimental),
];

const app = (port: number | undefined) => `backend app
 server s1 127.0.0.1:${port}
`;

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const told = (answer: string) => /^x-state: (.*?)\r$/m.exec(answer)?.[1];

test('the global section, rules and commands set variables of the process as in HAProxy', async (t) => {
  const both = await startBoth(t, 1, ({ frontends, servers }) => text(frontends[0]) + app(servers[0]));
  if (both === undefined) return;
  const { haproxy, sluice } = both;
  for (const line of lines) {
    const answers = await Promise.all([haproxy.ask(line), sluice.ask(line)]);
    assert.equal(answers[1], answers[0], line);
  }
  const requests = ['/a', '/b', '/unset'];
  for (const path of requests) {
    const answers = await Promise.all([haproxy.send(0, get(path)), sluice.send(0, get(path))]);
    assert.ok(told(answers[0]) !== undefined, answers[0]);
    assert.equal(told(answers[1]), told(answers[0]), path);
  }
  const shown = async (site: Site) =>
    Promise.all(['last', 'state', 'client', 'count'].map((name) => site.ask(`get var proc.${name}`)));
  const expected = await shown(haproxy);
  assert.match(expected[0] ?? '', /\/unset/);
  await waitFor('what rules set', async () => (await shown(sluice)).join() === expected.join());
});

const wrong: readonly (readonly [string, RegExp])[] = [
  ['set var proc.a foo', /unknown fetch/],
  ['set var proc.a src', /"src" needs a client connection/],
  ['set var proc.a expr int(5),foo', /unknown converter/],
  ['set var proc.a fmt %[src]', /"src" needs a client connection/],
  ['set var proc.a fmt %foo', /there is no variable "%foo"/],
  ['set var proc.a-b int(1)', /letters, digits/],
  ['set var proc.a,nope int(1)', /unknown condition "nope"/],
];

test('what HAProxy refuses to set is refused, and sets nothing', async (t) => {
  const both = await startBoth(t, 1, ({ frontends, servers }) => text(frontends[0]) + app(servers[0]));
  if (both === undefined) return;
  for (const [line, problem] of wrong) {
    const [haproxy, sluice] = await Promise.all([
      both.haproxy.ask(experimental(line)),
      both.sluice.ask(experimental(line)),
    ]);
    assert.match(haproxy.trim(), /\S/, line);
    assert.match(sluice, problem);
    assert.match(await both.sluice.ask('get var proc.a'), /Variable not found/);
  }
});

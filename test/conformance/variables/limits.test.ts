/** Limits of variables (tune.vars): what is beyond them is not set, and what is over gives room, as in HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../support/wait-for.ts';
import { type Ports, startBoth } from '../stick-tables/site.ts';

/**
 * Texts of one letter, so that what HAProxy makes of a variable whose text has no room, the bytes that happen to lie there, is told
 * from what was set.
 */
const text = (letter: string, length: number) => letter.repeat(length);

const names = ['sess.s', 'txn.a', 'txn.b', 'req.c', 'req.d', 'txn.m', 'txn.n'];

/** Sets what the request says, in this order, and tells what is set. */
const rules = ` http-request set-var(sess.s) str(${text('s', 10)}) if { path -m sub s }
 http-request set-var(txn.a) str(${text('a', 10)}) if { path -m sub a }
 http-request set-var(txn.b) str(${text('b', 20)}) if { path -m sub b }
 http-request set-var(req.c) str(${text('c', 5)}) if { path -m sub c }
 http-request set-var(req.d) bin(${text('64', 30)}) if { path -m sub d }
 http-request set-var(txn.m) method if { path -m sub m }
 http-request set-var(txn.n) int(77777777) if { path -m sub n }
 http-request set-var(txn.a) str(${text('x', 3)}) if { path -m sub x }
 http-request set-var(txn.a) str(${text('y', 200)}) if { path -m sub y }
 http-request unset-var(txn.b) if { path -m sub u }
 http-request set-var(txn.b) str(${text('z', 12)}) if { path -m sub z }
 http-request return status 200 hdr x-set "${names.map((name) => `%[var(${name},-)]`).join(' ')}"
`;

const site =
  (limits: string) =>
  ({ frontends }: Ports) =>
    `global
${limits
  .split(', ')
  .map((limit) => ` tune.vars.${limit.replace(' ', '-max-size ')}`)
  .join('\n')}
frontend web
 bind 127.0.0.1:${frontends[0]}
${rules}`;

const limits = ['txn 170', 'txn 181, reqres 85', 'sess 185', 'sess 280, txn 170', 'proc 185', 'global 300, sess 190'];

/**
 * Each is sent on a connection of its own, a path for each request on it. A variable whose text alone has no room still takes 80
 * bytes in HAProxy, so nothing is set behind one.
 */
const connections = [
  ['/s', '/'],
  ['/a', '/a', '/b'],
  ['/ab', '/b', '/'],
  ['/abu', '/abuz'],
  ['/c', '/d', '/cd'],
  ['/acd', '/cd'],
  ['/sa', '/a', '/sab'],
  ['/mn', '/nm'],
  ['/ax', '/axb', '/axbz'],
  ['/ay', '/a'],
];

/** What each of the variables may be. */
const values = [/^s+$/, /^(?:a+|x+|y+)$/, /^(?:b+|z+)$/, /^c+$/, /^d+$/, /^GET$/, /^7+$/];

/** What each answer tells that is set; a value that was not given is none. */
function told(received: string): string[] {
  return [...received.matchAll(/x-set: (.*?)\r\n/g)].map(([, line = '']) =>
    line
      .split(' ')
      .map((value, index) => (values[index]?.test(value) === true ? value : '-'))
      .join(' '),
  );
}

for (const each of limits) {
  test(`variables within ${each}`, async (t) => {
    const both = await startBoth(t, 1, site(each));
    if (both === undefined) return;
    for (const paths of connections) {
      const request = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join('');
      const enough = new RegExp(`(?:x-set.*?\r\n\r\n.*?){${paths.length}}`, 's');
      const haproxy = await both.haproxy.send(0, request, enough);
      const expected = told(haproxy);
      assert.equal(expected.length, paths.length, haproxy);
      // What the connection before has set counts until its end has been noticed.
      await waitFor(`${paths.join(' ')}: ${expected.join(', ')}`, async () => {
        const sluice: string = await both.sluice.send(0, request, enough);
        return told(sluice).join() === expected.join();
      });
    }
  });
}

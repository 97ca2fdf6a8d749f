/** Commands on maps and ACL files, answer by answer, beside HAProxy's. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';
import { ask } from '../../support/runtime-client.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type Side, start } from '../haproxy-cfg/program.ts';

const sides: readonly Side[] = ['haproxy', 'sluice'];

const files: Readonly<Record<string, string>> = {
  'g.map': 'a 1\nb 2\nb 3\nc\n',
  'h.map': 'a 1\nlong 2 words\n',
  'n.map': 'a 12\n',
  'ip.map': '10.0.0.0/8 ten\n10.1.0.0/16 192.0.2.1\n10.2.0.0/255.0.255.0 holes\n',
  'g.lst': '# none\nFoo\nx\nx\n',
  'n.lst': '5\n7:9\n',
  'r.lst': '^x\n',
  'int.map': '5 five\n7:9 seven\n',
  'b.map': '/a 1\n/ab 2\n',
  'e.map': 'b.com 1\n.com 2\n',
};

const lines = [
  'acl l path -f g.lst /one',
  'acl li path -i -f g.lst',
  'acl lb path -m beg -f g.lst',
  'acl n dst_port -f n.lst gt 5 8',
  'acl nl path -m len -f n.lst',
  'acl r path -m reg -f r.lst',
  'acl fo path -m found -f r.lst',
  'acl named path -u 77 zz yy',
  'acl m path -M -f h.map',
  'http-request set-var(txn.a) hdr(x),map(g.map)',
  'http-request set-var(txn.a) hdr(x),map_str_int(n.map)',
  'http-request set-var(txn.a) hdr(x),map_ip(ip.map)',
  'http-request set-var(txn.a) hdr(x),map(h.map)',
  'http-request set-var(txn.a) hdr(x),map_end(e.map)',
  'http-request set-var(txn.a) hdr(x),map_beg(b.map)',
  'http-request set-var(txn.a) hdr(x),map_int(int.map)',
  'http-request deny if LOCALHOST { always_false }',
  'http-request return status 200 content-type text/plain lf-string "%[hdr(x),map(g.map,none)]"',
];

/** Starts a program in a folder of its own, where its files are; both have the same relative names. */
async function startSide(t: TestContext, side: Side, folder: string): Promise<string> {
  const own = join(folder, side);
  mkdirSync(own);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  const socket = join(own, 's');
  const port = await freePort();
  const text = `global
  stats socket ${socket} level admin
defaults
  mode http
  timeout client 5s
  timeout connect 5s
  timeout server 5s
frontend f
  bind 127.0.0.1:${port}
${lines.map((line) => `  ${line}\n`).join('')}`;
  writeFileSync(join(own, 'haproxy.cfg'), text);
  const running = start(t, side, [side === 'haproxy' ? '-db' : '-d', '-f', 'haproxy.cfg'], { cwd: own });
  await waitFor('the socket', async () => {
    if (running.over) throw new Error(running.output);
    return ask(t, socket, 'show version').catch(() => '');
  });
  return socket;
}

/** Where an entry stands in memory, who uses a file, and HAProxy's own ACLs are nobody else's business. */
function mask(answer: string): string {
  return answer
    .replaceAll(/^0x[0-9a-f]+ /gm, '0x ')
    .replaceAll(/^.*httpclient.*\n/gm, '')
    .replaceAll(/ (?:by (?:acl|map) )?at (?:file )?'[^']*'(?: line \d+)?/g, '')
    .replaceAll(/ file '[^']*' line \d+/g, '')
    .replaceAll(/used(?:, by \w+|,)*/g, 'used');
}

const commands = [
  ...[
    'show acl',
    'show map',
    'show map g.map',
    'show acl g.lst',
    'show acl #0',
    'show acl #1',
    'show acl #5',
    'show acl #77',
  ],
  ...['show acl h.map', 'show map h.map', 'show acl #99', 'show map nothing', 'show acl nothing', 'show map #0'],
  ...['show map @1', 'show map @', 'show map @zz g.map', 'show map @3 g.map', 'show acl @0 g.lst'],
  ...[
    'get map',
    'get acl',
    'get map g.map',
    'get acl nothing x',
    'get map g.map a',
    'get map g.map b',
    'get map g.map c',
  ],
  ...[
    'get map g.map zz',
    'get map h.map long',
    'get acl h.map a',
    'get map n.map a',
    'get acl g.lst foo',
    'get acl g.lst x',
  ],
  ...[
    'get acl n.lst 8',
    'get acl n.lst xx',
    'get acl r.lst xyz',
    'get map ip.map 10.1.2.3',
    'get map ip.map 10.200.2.1',
  ],
  ...[
    'get map ip.map 10.9.0.1',
    'get map ip.map foo',
    'get map ip.map ::1',
    'get map e.map a.b.com',
    'get map b.map /abc',
  ],
  ...['get map int.map 8', 'get map int.map 6', 'get acl #77 yy', 'get acl #1 /one'],
  ...['add map', 'add map g.map', 'add map g.map k', 'add map nothing k v', 'add map g.map k v w', 'add map g.map k 2'],
  ...['show map g.map', 'set map', 'set map g.map', 'set map g.map k', 'set map nothing k v', 'set map g.map zz v'],
  ...['set map g.map k v3', 'show map g.map', 'set map g.map #0x1 v', 'set map g.map #zz v', 'del map g.map #0x1'],
  ...['del map', 'del map g.map', 'del map nothing k', 'del map g.map zz', 'del map g.map k', 'show map g.map'],
  ...['set map n.map a x', 'set map n.map a 13', 'get map n.map a'],
  ...['show map ip.map', 'show map n.map'],
  ...['add acl', 'add acl g.lst', 'add acl nothing x', 'add acl g.lst new one', 'add acl h.map x'],
  ...['add acl n.lst 77', 'get acl n.lst 77', 'show acl g.lst', 'del acl g.lst x', 'del acl g.lst x', 'show acl g.lst'],
  ...['del acl', 'del acl g.lst', 'del acl nothing x', 'add acl #0 by-number', 'show acl g.lst'],
  ...['clear map', 'clear map nothing', 'clear acl', 'clear acl nothing', 'clear acl n.lst', 'show acl n.lst'],
  ...[
    'prepare map',
    'prepare map nothing',
    'prepare acl',
    'prepare acl nothing',
    'prepare map g.map',
    'prepare map g.map',
  ],
  ...[
    'add map @1 g.map one 1',
    'add map @2 g.map two 2',
    'add map @3 g.map three 3',
    'show map @1 g.map',
    'show map @2 g.map',
  ],
  ...['show map g.map', 'clear map g.map', 'show map g.map', 'show map @1 g.map', 'commit map g.map', 'commit map'],
  ...['commit map @1', 'commit map @1 nothing', 'commit map @9 g.map', 'commit map @x g.map', 'commit map @1 g.map'],
  ...['show map g.map', 'show map', 'commit map @1 g.map', 'add map @1 g.map current 1', 'show map g.map'],
  ...['clear map @2 g.map', 'commit map @2 g.map', 'show map g.map', 'add map @0 g.map old 1', 'show map @0 g.map'],
  ...['prepare acl g.lst', 'add acl @1 g.lst new', 'add acl @5 g.lst new', 'add acl @1 g.lst', 'show acl @1 g.lst'],
  ...[
    'show acl g.lst',
    'commit acl @1 g.lst',
    'show acl g.lst',
    'clear acl @1 g.lst',
    'show acl g.lst',
    'commit acl @x g.lst',
  ],
  ...[
    'add map h.map <<\nk1 v one\nk2   v2 \n',
    'show map h.map',
    'add map h.map <<\nonly\n',
    'add map nothing <<\na b\n',
  ],
  ...['add map n.map <<\nok 5\nbad x\nnot 6\n', 'show map n.map', 'add map h.map k 3 <<\nz 4\n', 'show map h.map'],
  ...['add map @7 h.map <<\na b\n', 'del map @1 g.map k', 'add map h.map sp\\ ace va\\ lue', 'show map h.map'],
  'get map h.map sp\\ ace',
  // HAProxy counts an entry less for each that it refuses.
  ...[
    'add map ip.map foo x',
    'add map n.map b x',
    'add map int.map 9:5 x',
    'add map int.map x x',
    'add map ip.map 10.1 x',
    'add acl n.lst x',
  ],
  'show map ip.map',
];

test('commands on maps and ACL files are answered as HAProxy answers them', async (t) => {
  if (requireHaproxy(t) === undefined) return;
  const folder = await temporaryFolder();
  const sockets = await Promise.all(sides.map((side) => startSide(t, side, folder)));
  for (const command of commands) {
    const [haproxy = '', sluice = ''] = await Promise.all(sockets.map((socket) => ask(t, socket, command)));
    assert.equal(mask(sluice), mask(haproxy), `the answer to ${JSON.stringify(command)}`);
  }
});

/** Maps and ACL files on the same samples: Sluice finds what HAProxy finds, and its rules change what HAProxy's change. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/node-harness.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';
import { type Site, startPeer } from '../rules/both.ts';

const hosts = '# no\n  # key\nb.com 1\nab.com  2 \nb.com 3\n.com 4\n/b 5\nc/d?e 6\nx\nB.com 7\n/ 8\nlang-en 9\nen 10\n';

/** Files of their own for each method: in HAProxy "end" and "sub" on one file share a cache, and one answers for the other. */
const files: Readonly<Record<string, string>> = {
  'str.map': hosts,
  'beg.map': '/ab 1\n/a 2\n/abc 3\n/a 4\nb 5\n',
  'end.map': hosts,
  'sub.map': hosts,
  'dir.map': hosts,
  'dom.map': hosts,
  'reg.map': '^a(.)c$ x\\1y\\0\\2\nz\\d+ num\\1\n(b|c)om [\\1] \\\\ \\x41\n',
  'int.map': '5 five\n1:10 range\n7 seven\n100: above\n:-100 below\n6:8 six\n-5 minus\n',
  'ip.map':
    '10.0.0.0/8 ten\n10.1.0.0/16 tenone\n10.1.0.0/16 twice\n0.0.0.0/0 any\n10.2.0.0/255.0.255.0 holes\n2001:db8::/32 six\n192.0.2.7 one\n',
  'number.map': 'a 12\nb -5\nc 010\nd +3\nfoo\n',
  'number2.map': '1 20\n2:9 30\n',
  'address.map': 'a 192.0.2.1\nb 2001:db8::1\n',
  'case.lst': 'Foo\nb.COM\n/Dir\n',
  'exact.lst': 'Foo\nfoo bar\n',
  'net.lst': '10.0.0.0/8\n2001:db8::/32\n',
  'length.lst': '3\n7:9\n',
  'bytes.lst': '666f6f\n00\n',
};

const samples = [
  ...['b.com', 'xb.com', 'ab.com', 'q.com', '.com', 'a.b.com', '/b.com/c', '/b/c', '/a/b?c', 'c/d?e', 'x/c/d?e/f', 'x'],
  ...['B.COM', 'B.com', '#', '/', '//', 'lang-en', 'lang-en/x', 'xen.y', 'en', 'e', '/abcd', '/a', '/ab', '/', 'ba'],
  ...['abc', 'z12', 'xbomx', 'aXc', '5', '3', '7', '8', '100', '99', '-100', '-101', '-5', '11', '0', '12x', 'five'],
  ...['10.1.2.3', '10.3.0.1', '11.1.1.1', '10.9.2.1', '2001:db8::1', '::ffff:10.1.1.1', '2002:a01:101::1', '192.0.2.7'],
  ...['172.16.0.12', '::1', 'a', 'b', 'c', 'd', 'foo', 'Foo', 'fooBar', 'foo bar', '/dir/x', 'x/Dir', 'l\xf6sch'],
];

const lookups = [
  ...['str', 'beg', 'end', 'sub', 'dir', 'dom', 'reg', 'int', 'ip'].map((match) => `map_${match}(FOLDER/${match}.map)`),
  'map(FOLDER/str.map,none)',
  'map_regm(FOLDER/reg.map,\\1)',
  'map_str_int(FOLDER/number.map,77),add(1)',
  'map_str_int(FOLDER/number.map)',
  'map_int_int(FOLDER/number2.map)',
  'map_str_ip(FOLDER/address.map,192.0.2.99)',
];
const acls = [
  '-i -f FOLDER/case.lst',
  '-f FOLDER/exact.lst zz',
  '-i -m beg -f FOLDER/case.lst',
  '-i -m dir -f FOLDER/case.lst x',
  '-m str -M -f FOLDER/str.map',
  '-f FOLDER/exact.lst -i FOO',
  '-m ip -f FOLDER/net.lst 192.0.2.0/24',
  '-m len -f FOLDER/length.lst',
  '-m bin -f FOLDER/bytes.lst',
  '-m found -f FOLDER/exact.lst',
];

function lookupSite(folder: string): Site {
  const results = [...lookups.keys(), ...acls.map((_, index) => `a${index}`)];
  return {
    frontend: [
      ...lookups.map((lookup, index) => `http-request set-var(txn.${index}) hdr(x),${lookup}`),
      ...acls.map((acl, index) => `acl a${index} hdr(x) ${acl}`),
      ...acls.map((_, index) => `http-request set-var(txn.a${index}) bool(1) if a${index}`),
      `http-request return status 200 content-type text/plain lf-string "${results.map((name) => `${name}=[%[var(txn.${name})]]`).join(' ')}"`,
    ].map((line) => line.replaceAll('FOLDER', folder)),
  };
}

/** What a request changes is there for the next. */
function changingSite(folder: string): Site {
  return {
    frontend: [
      'acl answered path /answered',
      'acl known hdr(k) -f FOLDER/known.lst',
      'http-request set-map(FOLDER/live.map) %[hdr(k),lower] %[hdr(v)] if { path /set }',
      'http-request del-map(FOLDER/live.map) %[hdr(k)] if { path /del }',
      'http-request add-acl(FOLDER/known.lst) %[hdr(k)] if { path /add }',
      'http-request del-acl(FOLDER/known.lst) %[hdr(k)] if { path /remove }',
      'http-request set-map(FOLDER/live-number.map) %[hdr(k)] %[hdr(v)] if { path /number }',
      'http-request set-map(FOLDER/nobody.map) a b',
      'http-response set-map(FOLDER/live.map) answered %[res.hdr(x-one)]',
      'http-request return status 200 content-type text/plain lf-string "%[hdr(k),map(FOLDER/live.map,none)] %[hdr(k),map_str_int(FOLDER/live-number.map)] known" if known',
      'http-request return status 200 content-type text/plain lf-string "%[hdr(k),map(FOLDER/live.map,none)] %[hdr(k),map_str_int(FOLDER/live-number.map)]" unless answered',
    ].map((line) => line.replaceAll('FOLDER', folder)),
  };
}

const changes = [
  ['/', 'a'],
  ['/set', 'a', '5'],
  ['/set', 'B', 'x y'],
  ['/', 'b'],
  ['/set', 'a', ''],
  ['/', 'a'],
  ['/set', 'twice', 'new'],
  ['/', 'twice'],
  ['/del', 'twice'],
  ['/del', 'twice'],
  ['/add', 'a'],
  ['/add', 'a'],
  ['/remove', 'a'],
  ['/', 'a'],
  ['/number', 'n', '12'],
  ['/number', 'n', 'x'],
  ['/number', 'm', 'x'],
  ['/', 'n'],
  ['/', 'm'],
  ['/answered', 'a'],
  ['/', 'answered'],
  ['/set', '', 'empty'],
  ['/', ''],
] as const;

const request = (path: string, fields: Readonly<Record<string, string>>) =>
  `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

test('samples meet the entries that they meet in HAProxy', async (t) => {
  const program = requireHaproxy(t);
  if (program === undefined) return;
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const sites = [lookupSite(folder)];
  const [haproxy, sluice] = await Promise.all([
    startPeer(t, program, ['-db'], sites),
    startPeer(t, 'bin/sluice', [], sites),
  ]);
  for (const x of samples) {
    const [expected, actual] = await Promise.all([haproxy, sluice].map((peer) => peer.send(0, request('/', { x }))));
    assert.equal(actual?.content, expected?.content, x);
  }
});

test('rules change files as they do in HAProxy', async (t) => {
  const program = requireHaproxy(t);
  if (program === undefined) return;
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'live.map'), 'a 1\ntwice 1\ntwice 2\n');
  await writeFile(join(folder, 'live-number.map'), '');
  await writeFile(join(folder, 'known.lst'), 'z\n');
  const sites = [changingSite(folder)];
  // What a worker changes the others have a moment later; one alone has it at once.
  const peers = [await startPeer(t, program, ['-db'], sites), await startPeer(t, 'bin/sluice', ['-d'], sites)];
  for (const [path, k, v = ''] of changes) {
    const [expected, actual] = await Promise.all(peers.map((peer) => peer.send(0, request(path, { k, v }))));
    assert.deepEqual([actual?.status, actual?.content], [expected?.status, expected?.content], `${path} ${k} ${v}`);
  }
});

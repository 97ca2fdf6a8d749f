/** Lines that name maps and ACL files: read into a config, and written back the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeHaproxyCfg } from '../../../../shared/haproxy-cfg/write-haproxy-cfg.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { messages, readText } from './read-text.ts';

const files = { '/a.lst': '10.0.0.0/8\n', '/b.lst': 'x\n', '/m.map': 'x 1\n', 'c d.map': 'k 5\n' };

const text = `defaults
 mode http
 timeout client 5s
frontend f
 bind 127.0.0.1:8081
 acl a src -u 7 -f /a.lst -- 192.0.2.1
 acl b hdr(x) -i -f /b.lst -M -f /m.map
 acl c hdr(x),map("c d.map") -m beg -f /b.lst
 http-request set-map(/m.map) %[src] "a b" if a { path -i -f /b.lst -- /z } !{ hdr(x) -M -f /m.map }
 http-request del-map(/m.map) %[src]
 http-request add-acl(/b.lst) x unless b
 http-response del-acl(/b.lst) %[res.hdr(x)]
 http-request set-header n %[hdr(x),map_str_int('c d.map',3)]
`;

test('files are read once each, and what is written reads back the same', () => {
  const reading = readText(text, files);
  assert.deepEqual(messages(reading), []);
  assert.deepEqual(
    reading.patternFiles.map(({ name, entries }) => [entries.kind, name, ...entries.contents()]),
    [
      ['acl', '/a.lst', '10.0.0.0/8'],
      ['acl', '/b.lst', 'x'],
      ['map', '/m.map', 'x', '1'],
      ['map', 'c d.map', 'k', '5'],
    ],
  );
  const [frontend] = reading.config.frontends ?? [];
  assert.deepEqual(frontend?.acls?.[0], {
    name: 'a',
    criterion: 'src',
    flags: ['-u 7', '-f /a.lst'],
    values: ['192.0.2.1'],
  });
  const again = readText(writeHaproxyCfg({ ...emptyConfig, ...reading.config }), files);
  assert.deepEqual(messages(again), []);
  assert.deepEqual(again.config, reading.config);
  assert.deepEqual(again.patternFiles, reading.patternFiles);
});

test('a rule on a file that nothing reads has no effect and says so', () => {
  const reading = readText(text.replace(' http-request del-map(/m.map)', ' http-request del-map(/none.map)'), files);
  assert.deepEqual(
    reading.skipped.map(({ line, reason }) => [line, reason]),
    [[10, "no ACL and no map is read from '/none.map'"]],
  );
  assert.ok(reading.valid);
});

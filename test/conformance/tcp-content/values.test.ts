/** What expressions find in what a client sends, and for what they wait: the same in Sluice as in HAProxy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireProgram } from '../../support/require-program.ts';
import { delay, type Site, startPeer, startServers } from './both.ts';
import { payloads } from './payloads.ts';

const expressions = [
  'req.len',
  'req.payload(0,3)',
  'req.payload(1,0),bytes(0,20)',
  'req.payload(2,4)',
  'payload(0,400)',
  'req.payload_lv(0,2)',
  'req.payload_lv(1,1,+1)',
  'req.payload_lv(1,1,-1)',
  'req.payload_lv(43,1)',
  'req.ssl_hello_type',
  'req.ssl_sni',
  'req.ssl_ver',
  'req.ssl_ec_ext',
  'req.ssl_st_ext',
  'req.ssl_alpn',
  'req.rdp_cookie',
  'req.rdp_cookie(mstshash)',
  'rdp_cookie_cnt',
  'rdp_cookie_cnt(msts)',
  'req.proto_http',
  'path',
  'hdr(host)',
  'wait_end',
];

/** What is there at any time is asked for once something has come: before, it is chance whether that was so. */
const always = ['req.len', 'req.payload(1,0),bytes(0,20)'];

/** Waits for something to be found, notes it, and goes on. */
const site = (expression: string): Site => ({
  frontend: [
    `tcp-request inspect-delay ${delay}ms`,
    `tcp-request content set-var(txn.v) ${expression} if { ${always.includes(expression) ? 'req.len gt 1' : `${expression} -m found`} }`,
    'default_backend one',
  ],
});

test('expressions find the same in a stream, as soon as HAProxy does', { concurrency: 20 }, async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const servers = await startServers(t);
  const sites = expressions.map(site);
  const [haproxy, sluice, sent] = await Promise.all([
    startPeer(t, program, ['-db'], sites, servers),
    startPeer(t, 'bin/sluice', [], sites, servers),
    payloads(),
  ]);
  await Promise.all(
    expressions.flatMap((expression, index) =>
      Object.entries(sent).map(([name, bytes]) =>
        t.test(`${expression}: ${name}`, async () => {
          const [expected, actual] = await Promise.all([haproxy.send(index, [bytes]), sluice.send(index, [bytes])]);
          assert.deepEqual(actual, expected);
        }),
      ),
    ),
  );
});

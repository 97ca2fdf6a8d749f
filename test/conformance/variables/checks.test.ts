/** HTTP health checks with variables and texts that are made anew each time: servers are asked, and it is told, what HAProxy does. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../lab/free-port.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { requireHaproxy } from '../../support/require-haproxy.ts';
import { ask } from '../../support/runtime-client.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Case {
  readonly lines: readonly string[];
  /** The status line of the answer; "" for none at all. */
  readonly answer: string;
}

const good = 'HTTP/1.1 200 OK';
const bad = 'HTTP/1.1 503 Service Unavailable';

const send = (lines: readonly string[]): Case => ({ lines, answer: good });

/** Names of fields are in lower case: HAProxy writes them so. */
const cases: readonly Case[] = [
  send([]),
  { lines: [], answer: bad },
  send(['http-check send meth POST uri /x ver HTTP/1.1 hdr host a hdr x-b c body hello']),
  send(['http-check send hdr content-length 99 hdr transfer-encoding chunked body hello']),
  send([
    "http-check send uri-lf /%[int(5)]?a%%b hdr a %[be_name]-%[srv_name]-%[srv_id]-%[be_id]-%b-%[nbsrv(b0)]-%[bc_dst] body-lf '%[str(x)] %b'",
  ]),
  send(['http-check send uri-lf %[str()] hdr x %[str()] hdr y %[var(check.none)] hdr z 100%%']),
  send([
    'http-check set-var(check.x) int(5)',
    'http-check set-var(sess.y) str(q)',
    "http-check set-var-fmt(check.z) 'a %[var(check.x)]'",
    'http-check set-var(check.x,ifset) int(6)',
    'http-check set-var(check.w,ifset) int(6)',
    'http-check unset-var(sess.y)',
    'http-check send hdr v %[var(check.x)]-%[var(sess.y,none)]-%[var(check.z)]-%[var(check.w,none)]-%[var(proc.site)]',
  ]),
  send(['http-check send uri /', 'http-check set-var(proc.early) res.hdr(x-a)', 'http-check expect status 200']),
  send(['http-check expect status 200 ok-status L6OK', 'http-check set-var(proc.late) res.hdr(x-a),upper']),
  { lines: ['http-check comment c1', 'http-check expect status 200 comment c4'], answer: bad },
  { lines: ['http-check comment c1', 'http-check expect status 200'], answer: bad },
  { lines: ['http-check send uri /', 'http-check comment c3'], answer: bad },
  {
    lines: ['http-check comment c1', 'http-check set-var(check.x) int(1)', 'http-check expect status 200'],
    answer: bad,
  },
  send(['http-check expect status 200 on-success "ok %[res.hdr(x-a)] %[status]" status-code res.hdr(x-n)']),
  {
    lines: [
      'http-check expect status 200 on-error "bad %[res.hdr(x-a)] %[status]" status-code res.hdr(x-n) comment c4',
    ],
    answer: bad,
  },
  { lines: ['http-check expect status 200 on-error %[str()] on-success x'], answer: bad },
  { lines: ['http-check expect status 200 status-code res.hdr(none)'], answer: bad },
  send(['http-check expect ok-status L7OKC status 200']),
  send(['http-check expect ok-status L4OK status 200']),
  { lines: ['http-check expect error-status L7OKC status 200'], answer: bad },
  { lines: ['http-check expect error-status L7RSP status 200 on-error x'], answer: bad },
  { lines: ['http-check expect error-status L6RSP status 200'], answer: bad },
  { lines: ['http-check expect error-status L4CON status 200'], answer: bad },
  { lines: ['http-check expect tout-status L6TOUT status 200 comment z'], answer: '' },
  { lines: ['http-check expect status 200 on-error "got %[status]"'], answer: 'junk' },
];

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a program asked the server of each case, and what it tells of it. */
interface Told {
  readonly asked: string[];
  readonly columns: string[];
  readonly variables: string[];
}

async function run(t: TestContext, program: string): Promise<Told> {
  const folder = await temporaryFolder();
  const [file, socket] = [join(folder, 'haproxy.cfg'), join(folder, 's')];
  const asked: string[] = cases.map(() => '');
  const ports = await Promise.all(
    cases.map((each, index) =>
      startServer(t, each, (text) => {
        asked[index] ||= text;
      }),
    ),
  );
  const backends = cases.map(
    ({ lines }, index) => `backend b${index}
 option httpchk
${lines.map((line) => ` ${line}\n`).join('')} server s 127.0.0.1:${ports[index]} check inter 300ms rise 1 fall 1
`,
  );
  await writeFile(
    file,
    `global
 stats socket ${socket} level admin
 set-var proc.site str(here)
defaults
 mode http
 timeout connect 1s
 timeout client 1s
 timeout server 1s
 timeout check 300ms
frontend web
 bind 127.0.0.1:${await freePort()}
 http-request set-var(proc.unused) var(proc.early) if { var(proc.late) -m found }
${backends.join('')}`,
  );
  const child = spawn(program, ['-db', '-f', file], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  t.after(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  });
  let columns: string[] = [];
  await Promise.race([
    waitFor(`${program} to have checked all`, async () => {
      columns = columnsOf(await ask(t, socket, 'show stat').catch(() => ''));
      return columns.length === cases.length && columns.every((each) => !/INI|\* /.test(each)) && !asked.includes('');
    }),
    once(child, 'exit').then(() => Promise.reject(new Error(`${program}: ${complaints}`))),
  ]);
  const variables = await Promise.all(['early', 'late'].map((name) => ask(t, socket, `get var proc.${name}`)));
  return { asked, columns, variables };
}

/** Status, found, code, info and words of each server; a check that is under way is as the one before. */
function columnsOf(csv: string): string[] {
  const [head = [], ...rows] = csv.split('\n').map((row) => row.split(','));
  const places = ['svname', 'status', 'check_status', 'check_code', 'last_chk', 'check_desc', 'check_health'].map(
    (name) => head.indexOf(name),
  );
  return rows.filter((row) => row[1] === 's').map((row) => places.map((place) => row[place]).join(' | '));
}

/** Answers every request in the same way; the body of a request is waited for. */
async function startServer(t: TestContext, { answer }: Case, hear: (text: string) => void): Promise<number> {
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n');
      if (body === undefined || body.length < Number(/^content-length: (\d+)/m.exec(head)?.[1] ?? 0)) return;
      hear(text.replace(/connection: close\r\n/, ''));
      if (answer !== '') socket.end(`${answer}\r\nX-A: abc\r\nX-N: 7\r\nContent-Length: 2\r\n\r\nok`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('checks ask, find and tell what those of HAProxy do', async (t) => {
  const haproxy = requireHaproxy(t);
  if (haproxy === undefined) return;
  const [theirs, ours] = await Promise.all([run(t, haproxy), run(t, join(root, 'bin/sluice'))]);
  for (const [index, { lines }] of cases.entries()) {
    assert.equal(ours.asked[index], theirs.asked[index], lines.join('\n'));
    assert.equal(ours.columns[index], theirs.columns[index], lines.join('\n'));
  }
  assert.deepEqual(ours.variables, theirs.variables);
});

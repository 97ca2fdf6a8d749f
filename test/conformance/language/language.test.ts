/** Expressions and ACLs say the same of the same requests in HAProxy and in Sluice, and the same ones are refused. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../lab/free-port.ts';
import { parseAclWords } from '../../../shared/language/parse-acl.ts';
import { parseSample } from '../../../shared/language/parse-sample.ts';
import { tokenize } from '../../../shared/language/tokenize.ts';
import { startLogReceiver } from '../../support/log-receiver.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { rawClient } from '../../support/raw-http.ts';
import { requireProgram } from '../../support/require-program.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startWorker } from '../../support/worker-harness.ts';
import { constantExpressions, refusedExpressions } from './constants.ts';
import { refusedCryptoExpressions } from './crypto.ts';
import { quoted, startHaproxy } from './haproxy.ts';
import { refusedProtocolExpressions } from './protocols.ts';
import { acls, type CaseRequest, predefined, refusedAcls, requestExpressions, requests } from './requests.ts';

/** A condition that is to be told apart: an expression sets the variable that the log shows. */
interface Rule {
  readonly name: string;
  readonly condition: string;
}

const expressions = [...constantExpressions, ...requestExpressions];
const rules: readonly Rule[] = [
  ...expressions.map((text, index) => ({
    name: `e${index}`,
    condition: `{ ${quoted(`${text},set-var(txn.value)`)} -m found } FALSE`,
  })),
  ...acls.map((text, index) => ({
    name: `a${index}`,
    condition: `{ ${text} } { str(yes),set-var(txn.value) -m found } FALSE`,
  })),
  ...predefined.map((text, index) => ({
    name: `p${index}`,
    condition: `${text} { str(yes),set-var(txn.value) -m found } FALSE`,
  })),
];
const texts = [...expressions, ...acls, ...predefined];
const logFormat = '%[var(txn.value,-none-)]';

interface Peer {
  readonly port: number;
  readonly take: (count: number) => Promise<string[]>;
}

async function startOne(t: TestContext, program: string): Promise<Peer> {
  const [port, log] = [await freePort(), await startLogReceiver(t)];
  const lines = rules.map(({ name, condition }) => `http-request allow if { req.fhdr(x-case) ${name} } ${condition}`);
  await startHaproxy(t, program, port, [`log-format ${quoted(logFormat)}`, ...lines, 'http-request deny'], log.port);
  return { port, take: log.take };
}

async function startSluice(t: TestContext): Promise<Peer> {
  const [port, log, worker] = [await freePort(), await startLogReceiver(t), await startWorker(t)];
  await worker.activate({
    frontends: [
      {
        name: 'web',
        binds: [{ name: 'b', address: '127.0.0.1', port }],
        logs: [{ address: `127.0.0.1:${log.port}`, length: 8_192, format: 'raw' }],
        logFormat,
        timeouts: { client: '20s' },
        httpRequestRules: [
          ...rules.map(({ name, condition }) => ({
            name,
            action: 'allow' as const,
            if: `{ req.fhdr(x-case) ${name} } ${condition}`,
          })),
          { name: 'deny', action: 'deny' },
        ],
        defaultBackend: 'app',
      },
    ],
    backends: [{ name: 'app', servers: [{ name: 's1', address: '127.0.0.1', port: 9 }] }],
  });
  return { port, take: log.take };
}

/** What each rule says of one request, one after the other on one connection. */
async function ask(t: TestContext, { port, take }: Peer, { line, fields }: CaseRequest): Promise<string[]> {
  const client = await rawClient(t, port);
  const values: string[] = [];
  const together = 20;
  for (let start = 0; start < rules.length; start += together) {
    const batch = rules.slice(start, start + together);
    for (const { name } of batch) {
      const head = [`${line} HTTP/1.1`, ...fields, `X-Case: ${name}`, '', ''].join('\r\n');
      client.send(Buffer.from(head).toString('latin1'));
    }
    await waitFor('answers', () => client.received.split('HTTP/1.1 ').length - 1 >= start + batch.length);
    values.push(...(await take(batch.length)));
  }
  client.socket.destroy();
  return values;
}

test('expressions and ACLs say the same in HAProxy and in Sluice', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const [haproxy, sluice] = [await startOne(t, program), await startSluice(t)];
  await haproxy.take(0);
  for (const request of requests) {
    await t.test(request.line, async () => {
      const [expected, actual] = await Promise.all([ask(t, haproxy, request), ask(t, sluice, request)]);
      const outline = (values: readonly string[]) =>
        texts.map((text, index) => `${text} = ${values[index]?.trimEnd()}`);
      assert.deepEqual(outline(actual), outline(expected));
    });
  }
});

test('what HAProxy refuses, Sluice refuses too', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const folder = await temporaryFolder();
  const cases = [
    ...[...refusedExpressions, ...refusedProtocolExpressions, ...refusedCryptoExpressions].map((text) => ({
      text,
      line: `http-request return lf-string ${quoted(`%[${text}]`)}`,
    })),
    ...refusedAcls.map((text) => ({ text, line: `http-request deny if { ${text} }` })),
  ];
  for (const [index, { text, line }] of cases.entries()) {
    const file = join(folder, `${index}.cfg`);
    const timeouts = 'timeout connect 1s\n  timeout client 1s\n  timeout server 1s';
    const content = line.replace('return lf', 'return status 200 content-type text/plain lf');
    await writeFile(file, `defaults\n  mode http\n  ${timeouts}\nfrontend web\n  bind 127.0.0.1:1\n  ${content}\n`);
    assert.notEqual(spawnSync(program, ['-c', '-f', file]).status, 0, `HAProxy takes ${text}`);
    const read = () =>
      refusedAcls.includes(text) ? parseAclWords(tokenize(text), 'http-request') : parseSample(text, 'http-request');
    assert.throws(read, Error, `Sluice takes ${text}`);
  }
});

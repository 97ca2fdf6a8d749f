/** Texts with samples in them come out as HAProxy writes them: of many values the last, where an ACL would ask each. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { compileText } from '../../../data-plane/rules/compile-text.ts';
import { freePort } from '../../support/free-port.ts';
import { rawClient } from '../../support/raw-http.ts';
import { requireProgram } from '../../support/require-program.ts';
import { backendView, sampleContext, serverView } from '../../support/sample-context.ts';
import { waitFor } from '../../support/wait-for.ts';
import { constantExpressions } from './constants.ts';
import { quoted, startHaproxy } from './haproxy.ts';
import { type CaseRequest, requestExpressions, requests } from './requests.ts';

/** What differs since the context of the test is made up. */
const madeUp = /^(?:fe_|be_|dst|srv_|nbsrv|queue|connslots|req\.hdrs)/;
const expressions = [...constantExpressions, ...requestExpressions.filter((text) => !madeUp.test(text))];
const texts = [
  ...expressions.map((text) => `<%[${text}]>`),
  ...['a  b %% %[str(x)]  c', '%[path]%[query]', '%{+Q}[path]', '%{+Q,+E}[req.fhdr(user-agent)]', '%HM %HV %[src]'],
  ...['%[bin(090a0d1f7f80ff22)]', '%[str(a]b)]', 'é%[str(é)]'],
];

/** The content of the answer to each case, one after the other on one connection. */
async function ask(t: TestContext, port: number, { line, fields }: CaseRequest): Promise<string[]> {
  const client = await rawClient(t, port);
  const contents: string[] = [];
  let read = 0;
  for (const index of texts.keys()) {
    client.send(
      Buffer.from([`${line} HTTP/1.1`, ...fields, `X-Case: ${index}`, '', ''].join('\r\n')).toString('latin1'),
    );
    const end = await waitFor('an answer', () => endOfAnswer(client.received, read));
    contents.push(client.received.slice(client.received.indexOf('\r\n\r\n', read) + 4, end));
    read = end;
  }
  client.socket.destroy();
  return contents;
}

/** The index after the answer that begins at `start`; 0 while it is not whole. */
function endOfAnswer(received: string, start: number): number {
  const headEnd = received.indexOf('\r\n\r\n', start);
  if (headEnd < 0) return 0;
  const end = headEnd + 4 + Number(/content-length: ([0-9]+)/.exec(received.slice(start, headEnd))?.[1] ?? 0);
  return received.length >= end ? end : 0;
}

test('texts come out as HAProxy writes them', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const port = await freePort();
  const lines = texts.map((text, index) => {
    return `http-request return status 200 content-type text/plain lf-string ${quoted(text)} if { req.fhdr(x-case) ${index} }`;
  });
  await startHaproxy(t, program, port, lines, 9);
  const writers = texts.map((text) => compileText(text, 'http-request'));
  for (const request of requests) {
    await t.test(request.line, async () => {
      const expected = await ask(t, port, request);
      const actual = writers.map((write, index) => {
        const { line, fields } = request;
        const backends = [backendView('app', [serverView('s1')])];
        return write(sampleContext({ line, fields: [...fields, `X-Case: ${index}`], address: '127.0.0.1', backends }));
      });
      const outline = (values: readonly string[]) => texts.map((text, index) => `${text} = ${values[index]}`);
      assert.deepEqual(outline(actual), outline(expected));
    });
  }
});

/** Texts with samples in them come out as HAProxy writes them: of many values the last, where an ACL would ask each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileText } from '../../../data-plane/rules/compile-text.ts';
import { freePort } from '../../../lab/free-port.ts';
import { requireProgram } from '../../support/require-program.ts';
import { backendView, sampleContext, serverView } from '../../support/sample-context.ts';
import { constantExpressions } from './constants.ts';
import { askContents } from './contents.ts';
import { quoted, startHaproxy } from './haproxy.ts';
import { requestExpressions, requests } from './requests.ts';

/** What differs since the context of the test is made up. */
const madeUp = /^(?:fe_|be_|dst|srv_|nbsrv|queue|connslots|req\.hdrs)/;
const expressions = [...constantExpressions, ...requestExpressions.filter((text) => !madeUp.test(text))];
const texts = [
  ...expressions.map((text) => `<%[${text}]>`),
  ...['a  b %% %[str(x)]  c', '%[path]%[query]', '%{+Q}[path]', '%{+Q,+E}[req.fhdr(user-agent)]', '%HM %HV %[src]'],
  ...['%[bin(090a0d1f7f80ff22)]', '%[str(a]b)]', 'é%[str(é)]'],
];

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
      const expected = await askContents(t, port, request, texts.length);
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

/** Converters of protocols, ciphers, signatures and hashes make of bytes what HAProxy makes of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileText } from '../../../data-plane/rules/compile-text.ts';
import { freePort } from '../../../lab/free-port.ts';
import { temporaryFolder } from '../../support/node-harness.ts';
import { requireProgram } from '../../support/require-program.ts';
import { sampleContext } from '../../support/sample-context.ts';
import { askContents } from './contents.ts';
import { cipherExpressions, hashExpressions, jwtExpressions } from './crypto.ts';
import { quoted, startHaproxy } from './haproxy.ts';
import { protocolExpressions } from './protocols.ts';

test('converters answer what HAProxy answers', async (t) => {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return;
  const expressions = [
    ...protocolExpressions,
    ...cipherExpressions,
    ...hashExpressions,
    ...(await jwtExpressions(await temporaryFolder())),
  ];
  const port = await freePort();
  const texts = expressions.map((text) => `<%[${text}]>`);
  const lines = texts.map((text, index) => {
    return `http-request return status 200 content-type text/plain lf-string ${quoted(text)} if { req.fhdr(x-case) ${index} }`;
  });
  await startHaproxy(t, program, port, lines, 9);
  const expected = await askContents(t, port, { line: 'GET /', fields: ['Host: h'] }, texts.length);
  const actual = texts.map((text) => compileText(text, 'http-request')(sampleContext({})));
  const outline = (values: readonly string[]) => texts.map((text, index) => `${text} = ${values[index]}`);
  assert.deepEqual(outline(actual), outline(expected));
});

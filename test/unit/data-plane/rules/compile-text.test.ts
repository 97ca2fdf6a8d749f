/** Texts with samples in them, as arguments of rules. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileText, usesSamples } from '../../../../data-plane/rules/compile-text.ts';
import { LanguageError } from '../../../../shared/language/tokenize.ts';
import { sampleContext } from '../../../support/sample-context.ts';

const context = sampleContext({ line: 'GET /a/b?c=d', fields: ['Host: Example.org', 'X-Quote: say "hi"'] });
const write = (text: string) => compileText(text, 'http-request')(context);

suite('the text of a rule', () => {
  test('has samples and log variables filled in', () => {
    assert.equal(write('https://%[req.hdr(host),lower]%[path]?%[query]'), 'https://example.org/a/b?c=d');
    assert.equal(write('%ci:%cp %HM %HU %HV'), '192.0.2.7:40000 GET /a/b?c=d HTTP/1.1');
  });

  test('keeps its spaces, and "%%" is a percent sign', () => {
    assert.equal(write('a  b 100%% %[src] '), 'a  b 100% 192.0.2.7 ');
  });

  test('has nothing where a sample is not there', () => {
    assert.equal(write('<%[req.hdr(absent)]|%[var(txn.none)]>'), '<|>');
  });

  test('escapes samples and quotes variables by flags', () => {
    assert.equal(write('%{+Q,+E}[req.hdr(x-quote)]'), 'say \\"hi\\"');
    assert.equal(write('%{+Q}HM'), '"GET"');
  });

  test('writes what is noted so far, and says so where nothing is', () => {
    assert.equal(write('%TR %Tw %rc <%rt> %s %ST %B'), '-1 -1 0 <0> <NOSRV> -1 0');
    const record = { tell: (name: string) => `${name}!` };
    const text = compileText('%TR %Tw %t', 'http-response');
    assert.equal(text({ ...sampleContext({}), request: undefined, record }), 'TR! Tw! t!');
  });

  test('is bytes: one character for each', () => {
    assert.equal(write('é'), 'Ã©');
    assert.equal(write('%[bin(610d0a7f09ff)]'), 'a%0D%0A%7F\t\xff');
    assert.equal(write('%[str(é)]'), 'Ã©');
  });

  test('knows whether it depends on the request', () => {
    assert.equal(usesSamples('plain'), false);
    assert.equal(usesSamples('100%%'), false);
    assert.equal(usesSamples('%[src]'), true);
    assert.equal(usesSamples('%ci'), true);
  });

  test('is refused with the column', () => {
    const cases: [string, number, RegExp][] = [
      ['a %[status]', 5, /"status" needs an HTTP response/],
      ['a %[pat]', 5, /unknown fetch "pat"; did you mean "path"\?/],
      ['%STX', 1, /there is no variable "%STX"/],
    ];
    for (const [text, column, message] of cases) {
      assert.throws(
        () => compileText(text, 'http-request'),
        (error) => error instanceof LanguageError && error.column === column && message.test(error.message),
        text,
      );
    }
  });
});

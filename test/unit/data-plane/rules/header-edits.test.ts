/** Rules that change a request: what the server gets, and what the rules that follow see. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RequestHead } from '../../../../data-plane/http/request-head.ts';
import { compileRuleCondition } from '../../../../data-plane/rules/compile-condition.ts';
import { evaluateRules } from '../../../../data-plane/rules/evaluate-rules.ts';
import { compileHttpRequestRules } from '../../../../data-plane/rules/http-request-rules.ts';
import type { HttpRequestRule } from '../../../../shared/model/rules.ts';
import { ruleContext } from '../../../support/sample-context.ts';

type Edit = HttpRequestRule extends infer Rule ? (Rule extends unknown ? Omit<Rule, 'name'> : never) : never;

function read(line = 'GET /a/b?c HTTP/1.1'): RequestHead {
  const head = new RequestHead();
  const fields = ['Host: h', 'X-One: a, b', 'X-Two: "q, r", s', 'X-One: c', 'Content-Length: 2'];
  assert.equal(head.read([line, ...fields, '', ''].join('\r\n')), 0);
  return head;
}

function apply(edits: readonly Edit[], head = read()) {
  const rules = edits.map((edit, index) => ({ name: `r${index}`, ...edit }) as HttpRequestRule);
  return evaluateRules(compileHttpRequestRules(rules, new Map(), new Map(), 'web'), head, ruleContext(head));
}

/** The head for the server, after rules that let the request pass. */
function after(...edits: readonly Edit[]): string[] {
  const head = read();
  assert.equal(apply(edits, head), undefined);
  return head.write('').split('\r\n').slice(0, -2);
}

const rest = ['Host: h', 'X-One: a, b', 'X-Two: "q, r", s', 'X-One: c', 'Content-Length: 2'];
const without = (...lines: string[]) => rest.filter((line) => !lines.includes(line));

suite('header fields', () => {
  const line = 'GET /a/b?c HTTP/1.1';
  const cases: [string, Edit, string[]][] = [
    ['set', { action: 'set-header', header: 'X-One', value: 'n' }, [...without('X-One: a, b', 'X-One: c'), 'X-One: n']],
    ['added', { action: 'add-header', header: 'X-One', value: '100%%' }, [...rest, 'X-One: 100%']],
    ['removed', { action: 'del-header', header: 'x-ONE' }, without('X-One: a, b', 'X-One: c')],
    [
      'removed by their beginning',
      { action: 'del-header', header: 'x-', match: 'beg' },
      ['Host: h', 'Content-Length: 2'],
    ],
    [
      'removed by an expression, but for framing',
      { action: 'del-header', header: '.', match: 'reg' },
      ['Content-Length: 2'],
    ],
    [
      'replaced in their place',
      { action: 'replace-header', header: 'x-one', regex: '^(.), (.)$', value: '\\2\\1\\0' },
      ['Host: h', 'X-One: baa, b', 'X-Two: "q, r", s', 'X-One: c', 'Content-Length: 2'],
    ],
    [
      'replaced element by element',
      { action: 'replace-value', header: 'x-two', regex: '^s$|q', value: 'z' },
      ['Host: h', 'X-One: a, b', 'X-Two: z,z', 'X-One: c', 'Content-Length: 2'],
    ],
  ];
  for (const [name, edit, lines] of cases) {
    test(`are ${name}`, () => assert.deepEqual(after(edit), [line, ...lines]));
  }

  test('that rules have changed are what the next conditions see', () => {
    const holds = (condition: string, head: RequestHead) =>
      compileRuleCondition({ if: condition }, new Map())?.(ruleContext(head));
    const head = read();
    apply(
      [
        { action: 'set-header', header: 'X-One', value: 'n' },
        { action: 'del-header', header: 'x-two' },
      ],
      head,
    );
    assert.equal(holds('{ hdr(x-one) n }', head), true);
    assert.equal(holds('{ hdr(x-one) a }', head), false);
    assert.equal(holds('{ hdr_sub(x-two) s }', head), false);
    apply([{ action: 'replace-header', header: 'x-one', regex: 'n', value: 'm' }], head);
    assert.equal(holds('{ hdr(x-one) m }', head), true);
    apply([{ action: 'del-header', header: 'X-One' }], head);
    assert.equal(holds('{ hdr(x-one) m }', head), false);
  });

  test('of the request before are forgotten', () => {
    const head = read();
    apply([{ action: 'set-header', header: 'X-One', value: 'n' }], head);
    assert.equal(head.read('GET / HTTP/1.1\r\nHost: h\r\n\r\n'), 0);
    assert.equal(head.write(''), 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  });
});

suite('the Host', () => {
  test('is what a rule sets it to', () => {
    const head = read();
    apply([{ action: 'set-header', header: 'host', value: 'new:81' }], head);
    assert.equal(head.host, 'new:81');
    assert.ok(!head.write('').includes('Host: h\r\n'));
  });
  test('can go, and the request stays of HTTP/1.1', () => {
    assert.deepEqual(after({ action: 'del-header', header: 'Host' }), ['GET /a/b?c HTTP/1.1', ...rest.slice(1)]);
  });
  test('cannot be what no Host is', () => {
    assert.equal(apply([{ action: 'set-header', header: 'host', value: 'a b' }])?.kind, 'error');
  });
});

suite('the target', () => {
  const cases: [Edit, string][] = [
    [{ action: 'set-method', value: 'PURGE' }, 'PURGE /a/b?c HTTP/1.1'],
    [{ action: 'set-path', value: '/x' }, 'GET /x?c HTTP/1.1'],
    [{ action: 'set-pathq', value: '/x' }, 'GET /x HTTP/1.1'],
    [{ action: 'set-query', value: 'x=1' }, 'GET /a/b?x=1 HTTP/1.1'],
    [{ action: 'set-query', value: '' }, 'GET /a/b? HTTP/1.1'],
    [{ action: 'set-uri', value: '/x?y' }, 'GET /x?y HTTP/1.1'],
    [{ action: 'replace-path', regex: '^/a(.*)', value: '/z\\1' }, 'GET /z/b?c HTTP/1.1'],
    [{ action: 'replace-pathq', regex: '^([^?]*)(\\?(.*))?', value: '\\1/foo\\2' }, 'GET /a/b/foo?c HTTP/1.1'],
    [{ action: 'replace-uri', regex: '(.*)', value: '/p\\1' }, 'GET /p/a/b?c HTTP/1.1'],
  ];
  for (const [edit, line] of cases) {
    test(`${edit.action} makes ${line}`, () => assert.equal(after(edit)[0], line));
  }
  test('can become absolute, and the Host becomes the same', () => {
    const [line, ...fields] = after({ action: 'set-uri', value: 'http://u:8/x' });
    assert.equal(line, 'GET http://u:8/x HTTP/1.1');
    assert.ok(fields.includes('host: u:8'));
  });
});

suite('what cannot stand in a head', () => {
  const wrong: Edit[] = [
    { action: 'set-path', value: 'x' },
    { action: 'set-path', value: '/a b' },
    { action: 'set-query', value: 'a\r\nb: c' },
    { action: 'set-method', value: 'A B' },
    { action: 'set-method', value: 'CONNECT' },
    { action: 'set-uri', value: 'ftp' },
    { action: 'add-header', header: 'x', value: 'a\r\nb: c' },
    { action: 'set-header', header: 'x', value: '\0' },
  ];
  for (const edit of wrong) {
    test(`${JSON.stringify(edit)} cannot be done`, () => assert.equal(apply([edit])?.kind, 'error'));
    test(`${JSON.stringify(edit)} is left out when rules are not strict`, () => {
      assert.deepEqual(after({ action: 'strict-mode', strict: false }, edit), after());
    });
  }
});

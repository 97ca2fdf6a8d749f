/** Conditions on what is never there: what is told, and what the config has in their place. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { writeHaproxyCfg } from '../../../../shared/haproxy-cfg/write-haproxy-cfg.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { messages, readText } from './read-text.ts';

const times = 'timeout client 1s\ntimeout connect 1s\ntimeout server 1s\n';
const acls = 'acl early src 10.0.0.1\nacl asked path /x\nacl mixed src -- 10.0.0.1 10.0.0.2\nacl mixed path /x\n';
const read = (line: string) =>
  readText(`defaults d\nmode http\n${times}frontend a\nbind :80\n${acls}acl mixed dst 10.0.0.3\n${line}\n`);

function conditionOf(condition: string): string | undefined {
  const { config } = read(`http-response deny if ${condition}`);
  return config.frontends?.[0]?.httpResponseRules?.[0]?.if;
}

suite('a condition on what is never there', () => {
  const cases: [string, string][] = [
    ['{ path /x }', '{ always_false }'],
    ['!{ path /x }', '!{ always_false }'],
    ['!!asked', '{ always_false }'],
    ['early asked or ! asked', 'early { always_false } or !{ always_false }'],
    ['METH_GET', 'METH_GET'],
    ['HTTP_1.1', '{ always_false }'],
    ['mixed early', '{ src -- 10.0.0.1 10.0.0.2 } early or { dst -- 10.0.0.3 } early'],
    ['early || !mixed', 'early || !{ src -- 10.0.0.1 10.0.0.2 } !{ dst -- 10.0.0.3 }'],
    [
      'mixed mixed',
      [
        '{ src -- 10.0.0.1 10.0.0.2 } { src -- 10.0.0.1 10.0.0.2 }',
        '{ src -- 10.0.0.1 10.0.0.2 } { dst -- 10.0.0.3 }',
        '{ dst -- 10.0.0.3 } { src -- 10.0.0.1 10.0.0.2 }',
        '{ dst -- 10.0.0.3 } { dst -- 10.0.0.3 }',
      ].join(' or '),
    ],
  ];
  for (const [condition, expected] of cases) {
    test(`${condition} becomes ${expected}`, () => assert.equal(conditionOf(condition), expected));
  }

  test('is told once, and the line is one that changes', () => {
    const reading = read('http-response deny if mixed { path -m beg /x } asked');
    assert.ok(reading.valid);
    assert.deepEqual(messages(reading), [
      "warning 13: anonymous acl will never match because it uses keyword 'path' which is incompatible with 'frontend http-response header rule'",
    ]);
    assert.deepEqual(reading.changed, [
      {
        file: 'test.cfg',
        line: 13,
        text: 'http-response deny if mixed { path -m beg /x } asked',
        reason:
          'what is not there is taken for a test that never holds: "path" needs the head of an HTTP request, which is not there in rules on responses',
      },
    ]);
  });

  test('that may hold in part is told as such', () => {
    assert.match(messages(read('http-response deny if mixed')).join(), /acl 'mixed' involves keywords 'path' which/);
    assert.match(
      messages(read('tcp-request connection reject if mixed')).join(),
      /acl 'mixed' involves keyword 'path' which is incompatible with 'frontend tcp-request connection rule'/,
    );
  });

  test('comes back from an export as it is in the config', () => {
    const { config } = read('http-response deny if early mixed or asked');
    const text = writeHaproxyCfg({ ...emptyConfig, ...config });
    const again = readText(text);
    assert.deepEqual(again.changed, []);
    assert.deepEqual(
      again.config.frontends?.[0]?.httpResponseRules?.map((rule) => rule.if),
      config.frontends?.[0]?.httpResponseRules?.map((rule) => rule.if),
    );
  });

  test('in an expression is refused', () => {
    assert.match(messages(read('http-response set-header a %[path]')).join(), /^alert 13: .*"path" needs the head/);
  });
});

/** Conditions of ".if" and "-cc". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateCondition, type Facts } from '../../../../shared/haproxy-cfg/predicates.ts';

const facts: Facts = {
  version: '2.6.12',
  features: new Set(['OPENSSL', 'EPOLL']),
  enabled: new Set(['POLL']),
  openssl: '3.0.22',
  sslLibrary: 'OpenSSL 3.0.19 27 Jan 2026',
  environment: { NAME: 'x', EMPTY: '' },
};

function expectValues(value: boolean, conditions: readonly string[], given: Facts = facts): void {
  for (const condition of conditions) assert.deepEqual(evaluateCondition(condition, given), { value }, condition);
}

test('takes nothing and zero as false, any other integer as true', () => {
  expectValues(false, ['', '0', '00', '-0', '+0', '0x0']);
  expectValues(true, ['1', '01', '-1', '+1', '0x10', ' 1 ', '99999999999999999999']);
});

test('binds "!" closest, "&&" before "||", parentheses before all', () => {
  expectValues(true, ['!0', '! ! 1', '1 || 1 && 0', '0 && 0 || 1', '!(0 || 0)', '( 1 && ( 0||1 ) )', '!1||1']);
  expectValues(false, ['!1', '(1 || 1) && 0', '1&&0', '0||0', '!(1)', '!0 && 0']);
});

test('asks the facts', () => {
  expectValues(true, ['defined(NAME)', 'defined(EMPTY)', 'feature(OPENSSL)', 'feature()', 'enabled(POLL)']);
  expectValues(false, ['defined(NOPE)', 'defined(constructor)', 'defined', 'feature(QUIC)', 'enabled(KQUEUE)']);
  expectValues(true, ['ssllib_name_startswith(OpenSSL)', 'ssllib_name_startswith(OpenSSL 3)']);
  expectValues(false, ['ssllib_name_startswith(openssl)', 'ssllib_name_startswith(wolfSSL)']);
});

test('compares strings as they are, spaces included', () => {
  expectValues(true, ['streq(a,a)', 'streq(,)', 'strneq(a, a)', 'streq(a b,a b)', 'strstr(abc,b)', 'strstr(a,)']);
  expectValues(false, ['streq(a,A)', 'streq( a,a)', 'strneq(a,a)', 'strstr(b,abc)']);
});

test('unquotes arguments a second time', () => {
  expectValues(true, [
    'streq("a,b",\'a,b\')',
    'streq("a)","a)")',
    'streq(a\\ b,a b)',
    'streq(a\\\\b,"a\\b")',
    'streq(\\n,"\n")',
    'streq(\\"\\\',"\\"\'")',
    'streq(\\a,"\\a")',
  ]);
  expectValues(false, ['streq(\\x41,A)', 'streq(\\#,#)']);
});

test('compares versions by number, development versions before the release', () => {
  expectValues(true, [
    ...['2.6', '2.6.12', '2', '2.5.99', '2.6.12-dev1', '2.6-dev0', '2.6.12.0'].map((v) => `version_atleast(${v})`),
    ...['2.7', '2.6.13', '2.6.12-1', '2.10', '2.7-dev1', '3'].map((v) => `version_before(${v})`),
    'version_atleast(no version)',
    'version_atleast',
  ]);
  expectValues(false, ['version_atleast(2.6.13)', 'version_atleast(2.7-dev0)', 'version_before(2.6.12)']);
  const packaged = { ...facts, version: '2.6.12-1+deb12u4' };
  expectValues(true, ['version_atleast(2.6.12)', 'version_before(2.6.12-1)'], packaged);
  const development = { ...facts, version: '2.7-dev3-12' };
  expectValues(true, ['version_before(2.7)', 'version_atleast(2.7-dev3)', 'version_before(2.7-dev4)'], development);
});

test('compares OpenSSL versions as HAProxy 2.6 does, which never finds a patch of OpenSSL 3', () => {
  expectValues(true, ['openssl_version_atleast(3.0.0)', 'openssl_version_before(3.0.1)']);
  const one = { ...facts, openssl: '1.1.1w' };
  expectValues(true, ['openssl_version_atleast(1.1.1)', 'openssl_version_atleast(1.1.1w)'], one);
  expectValues(true, ['openssl_version_before(1.1.1x)', 'openssl_version_before(3.0.0)'], one);
  assert.deepEqual(evaluateCondition('1 && openssl_version_atleast(3)', facts), {
    problem: "invalid argument '3' of predicate 'openssl_version_atleast'",
    position: 6,
  });
  expectValues(false, ['0 && openssl_version_atleast(3)']);
});

test('tells what cannot be parsed, and where', () => {
  const used = "in argument 1 of predicate 'streq' used in conditional expression";
  const cases: [string, string, number][] = [
    [' ', "unparsable conditional sub-expression ' '", 1],
    ['foo', "unparsable conditional expression 'foo'", 1],
    ['1 || foo(a)', "unparsable conditional expression 'foo(a)'", 6],
    ['0 && ! foo', "unparsable conditional expression '! foo'", 6],
    ['1 &&', "unparsable conditional expression '&&'", 3],
    ['1 && 1 &&', "unparsable conditional expression '&& 1 &&'", 3],
    ['1 ||', "unparsable conditional expression '1 ||'", 1],
    ['1 && (1 ||', "unparsable conditional expression '(1 ||'", 6],
    ['()', "unparsable conditional expression ')'", 2],
    ['1 && (0', "expected ')' after conditional expression '(0'", 6],
    ['1 foo', "unexpected character 'f' at the end of conditional expression '1 foo'", 3],
    ['08', "unexpected character '8' at the end of conditional expression '08'", 2],
    ['(1))', "unexpected character ')' at the end of conditional expression '(1))'", 4],
    ['streq(a)', `missing arguments (got 1/2), type 'string' expected ${used}`, 8],
    ['streq(a,b,c)', `expected ')' before ',c)' ${used}`, 10],
    ['streq(a,b', `expected ')' ${used}`, 10],
    ['streq(a,b\\', `failed to parse '\\' after 'b' as type 'string' at position 2 ${used}`, 10],
  ];
  for (const [condition, problem, position] of cases) {
    assert.deepEqual(evaluateCondition(condition, facts), { problem, position }, condition);
  }
});

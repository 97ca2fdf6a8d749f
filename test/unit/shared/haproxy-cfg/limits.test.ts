/** Limits and balancing of a haproxy.cfg become fields of the config. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findConfigViolations } from '../../../../shared/haproxy-cfg/find-config-violations.ts';
import { readHaproxyCfg } from '../../../../shared/haproxy-cfg/read-haproxy-cfg.ts';

const facts = {
  version: '2.6.12',
  features: new Set<string>(),
  enabled: new Set<string>(),
  openssl: '3.0.0',
  sslLibrary: 'OpenSSL 3.0.0',
  environment: {},
};

function read(text: string) {
  const readFile = () => '';
  return readHaproxyCfg({
    files: [{ name: 'test.cfg', text }],
    facts,
    environment: {},
    readFile,
    findViolations: findConfigViolations,
  });
}

const alerts = (text: string) =>
  read(text)
    .diagnostics.filter(({ severity }) => severity === 'alert')
    .map((diagnostic) => diagnostic.text);

const defaults = 'defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\n';

test('maxconn of global, defaults, frontend and listen, and rate-limit sessions', () => {
  const { config, valid, skipped } = read(
    `global\n  maxconn 4000\n${defaults}  maxconn 300\n  rate-limit sessions 50\nfrontend f\n  bind :80\n  maxconn 20\n` +
      'listen l\n  bind :81\n  rate-limit sessions 7\n  server s 127.0.0.1:1\n',
  );
  assert.ok(valid);
  assert.deepEqual(skipped, []);
  assert.equal(config.global?.maxconn, 4_000);
  const [base] = config.defaults ?? [];
  assert.deepEqual([base?.maxconn, base?.rateLimitSessions], [300, 50]);
  const [f, l] = config.frontends ?? [];
  assert.deepEqual([f?.maxconn, f?.rateLimitSessions], [20, undefined]);
  assert.deepEqual([l?.maxconn, l?.rateLimitSessions], [undefined, 7]);
  assert.equal('rateLimitSessions' in (config.backends?.[0] ?? {}), false);
});

test('limits that are no numbers are refused', () => {
  for (const line of ['maxconn many', 'maxconn -1', 'rate-limit sessions x']) {
    assert.equal(alerts(`${defaults}  ${line}\n`).length, 1, line);
  }
});

test('algorithms of balance, and option allbackups', () => {
  const balance = (text: string) => read(`${defaults}  balance ${text}\nlisten l\n`).config.defaults?.[0]?.balance;
  for (const algorithm of ['roundrobin', 'static-rr', 'leastconn', 'first', 'random'] as const) {
    assert.deepEqual(balance(algorithm), { algorithm });
  }
  assert.deepEqual(balance('random(3)'), { algorithm: 'random', draws: 3 });
  assert.deepEqual(balance('random()'), { algorithm: 'random', draws: 2 });
  const { config } = read(`${defaults}  option allbackups\nbackend b\n  no option allbackups\n`);
  assert.deepEqual([config.defaults?.[0]?.allBackups, config.backends?.[0]?.allBackups], [true, false]);
});

test("what balance does not take is refused in HAProxy's words", () => {
  for (const [word, text] of [
    ['random(0)', 'balance random : number of draws must be at least 1.'],
    ['random(x)', "balance random : unexpected character 'x' after argument."],
    ['random(2', 'balance random : missing closing parenthesis.'],
  ] as const) {
    assert.deepEqual(alerts(`${defaults}  balance ${word}\n`), [text]);
  }
});

test('minconn, fullconn and slowstart', () => {
  const server = 'server s 127.0.0.1:1 minconn 3 maxconn 9 slowstart 5000';
  const { config, valid } = read(`${defaults}  fullconn 40\nlisten l\n  fullconn 30\n  ${server}\n`);
  assert.ok(valid);
  assert.deepEqual([config.defaults?.[0]?.fullconn, config.backends?.[0]?.fullconn], [40, 30]);
  const [s] = config.backends?.[0]?.servers ?? [];
  assert.deepEqual([s?.minconn, s?.maxconn, s?.slowstart], [3, 9, '5000ms']);
  const off = read(`${defaults}backend b\n  default-server slowstart 0\n`).config.backends?.[0];
  assert.equal(off?.defaultServer?.slowstart, '0s');
});

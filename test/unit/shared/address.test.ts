/** IP addresses and networks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatAddress,
  isInNetwork,
  isIpAddress,
  isLoopback,
  parseNetwork,
  parseSocketAddress,
} from '../../../shared/address.ts';

test('tells addresses from other texts', () => {
  for (const text of ['192.0.2.1', '::', '2001:db8::1', '0.0.0.0']) assert.ok(isIpAddress(text), text);
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.256', '010.1.1.1.1', ':::', '10.0.0.0/8']) {
    assert.ok(!isIpAddress(text), text);
  }
});

test('refuses networks with a bad address or prefix', () => {
  for (const text of ['', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '::/129', 'a/8', '10.0.0.0/8/8']) {
    assert.equal(parseNetwork(text), undefined, text);
  }
});

test('matches addresses against networks of their own family', () => {
  const cases: [string, string, boolean][] = [
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.2', '192.0.2.1', false],
    ['2001:db8::5', '2001:db8::/32', true],
    ['2001:db9::5', '2001:db8::/32', false],
    ['10.1.2.3', '::/0', false],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['1.2.3.4', '0.0.0.0/0', true],
  ];
  for (const [address, text, inside] of cases) {
    const network = parseNetwork(text);
    assert.ok(network);
    assert.equal(isInNetwork(parseSocketAddress(address), network), inside, `${address} in ${text}`);
  }
});

test('writes addresses with ports and knows loopback', () => {
  assert.equal(formatAddress('::1', 80), '[::1]:80');
  assert.equal(formatAddress('127.0.0.1', 80), '127.0.0.1:80');
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '::1']) assert.ok(isLoopback(host), host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org']) assert.ok(!isLoopback(host), host);
});

/** IP addresses and networks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bitsOf,
  formatAddress,
  isInNetwork,
  isIpAddress,
  isLoopback,
  parseNetwork,
  parseSocketAddress,
  prefixLengthOf,
  readIpv4Network,
  readIpv6Network,
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

test('networks are read from bytes as from texts', () => {
  const group = fc.constantFrom('', '0', '1', '00ff', 'ABCD', '12345', 'g', '10.0.0.1', '2001');
  const six = fc.array(group, { minLength: 1, maxLength: 9 }).map((groups) => groups.join(':'));
  const byte = fc.constantFrom('0', '7', '255', '256', '01', '', 'a');
  const four = fc.array(byte, { minLength: 3, maxLength: 5 }).map((bytes) => bytes.join('.'));
  const prefix = fc.constantFrom('', '/', '/0', '/8', '/32', '/33', '/064', '/128', '/129', '/8/8');
  const text = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6(), four, six), prefix).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (each) => {
      const bytes = Buffer.from(`x${each}x`);
      const expected = parseNetwork(each);
      const words = new Int32Array(4);
      const length = readIpv6Network(bytes, 1, bytes.length - 1, words);
      if (length >= 0) {
        const read = [...words].flatMap((word) => [word >>> 24, (word >> 16) & 255, (word >> 8) & 255, word & 255]);
        assert.deepEqual([expected?.base.toByteArray(), expected?.prefixLength], [read, length]);
      }
      const network = readIpv4Network(bytes, 1, bytes.length - 1);
      if (network >= 0) {
        const bits = bitsOf(network);
        const read = [bits >>> 24, (bits >> 16) & 255, (bits >> 8) & 255, bits & 255];
        assert.deepEqual([expected?.base.toByteArray(), expected?.prefixLength], [read, prefixLengthOf(network)]);
      }
    }),
    { numRuns: 2_000 },
  );
  for (const each of ['2001:db8::/32', '::', '::1', '1:2:3:4:5:6:7:8', '1::', '1:2::8/64']) {
    assert.ok(readIpv6Network(Buffer.from(each), 0, each.length, new Int32Array(4)) >= 0, each);
  }
});

/** Sets of IP networks. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileNetworks } from '../../../../data-plane/rules/network-set.ts';
import { parseSocketAddress } from '../../../../shared/address.ts';

function contains(networks: readonly string[], address: string): boolean {
  return compileNetworks(networks)(parseSocketAddress(address));
}

suite('a set of networks', () => {
  test('has the addresses of each, and the ends of each', () => {
    const networks = ['10.0.0.0/8', '192.0.2.4/30', '2001:db8::/32', '203.0.113.9'];
    for (const inside of ['10.0.0.0', '10.255.255.255', '192.0.2.4', '192.0.2.7', '2001:db8::1', '203.0.113.9']) {
      assert.equal(contains(networks, inside), true, inside);
    }
    for (const outside of ['9.255.255.255', '11.0.0.0', '192.0.2.3', '192.0.2.8', '2001:db9::', '203.0.113.8', '::']) {
      assert.equal(contains(networks, outside), false, outside);
    }
  });

  test('may overlap, touch, be everything or short', () => {
    assert.equal(contains(['10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16'], '10.200.0.1'), true);
    assert.equal(contains(['0.0.0.0/0'], '255.255.255.255'), true);
    assert.equal(contains(['::/0'], 'ffff::1'), true);
    assert.equal(contains(['127.1'], '127.0.0.1'), true);
    assert.equal(contains(['10.12/8'], '10.1.2.3'), true);
    assert.equal(contains([], '10.1.2.3'), false);
  });

  test('has addresses of the other family as the manual says', () => {
    assert.equal(contains(['1.2.3.4'], '2002:102:304::1'), true);
    assert.equal(contains(['1.2.3.4'], '::1.2.3.4'), true);
    assert.equal(contains(['1.2.3.5'], '2002:102:304::1'), false);
    assert.equal(contains(['::ffff:0:0/96'], '1.2.3.4'), true);
    assert.equal(contains(['2001:db8::/32'], '1.2.3.4'), false);
  });

  test('is asked in a time that hardly grows with their number', () => {
    const time = (count: number) => {
      const all = Array.from(
        { length: count },
        (_, index) => `${10 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.0/25`,
      );
      const has = compileNetworks(all);
      const address = parseSocketAddress('200.1.2.3');
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 20; round++) {
        const start = performance.now();
        for (let turn = 0; turn < 1_000; turn++) has(address);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    // A thousand times as many.
    assert.ok(time(100_000) < time(100) * 20);
  });
});

/** One suite for every balancing algorithm, and what is special to each. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Balancer, Candidate } from '../../../../data-plane/balance/balancer.ts';
import { type Algorithm, createBalancer } from '../../../../data-plane/balance/create-balancer.ts';

interface TestServer extends Candidate {
  name: string;
  available: boolean;
  weight: number;
  active: number;
  full: boolean;
}

function server(name: string, more: Partial<TestServer> = {}): TestServer {
  return {
    name,
    available: true,
    weight: 1,
    backup: false,
    active: 0,
    full: false,
    key: 0,
    order: 0,
    heapIndex: -1,
    ...more,
  };
}

function balancerOf(algorithm: Algorithm, servers: readonly TestServer[]): Balancer<TestServer> {
  const balancer = createBalancer<TestServer>(algorithm);
  balancer.setServers(servers);
  return balancer;
}

/** Picks so often; with `busy` each pick stays an open session. */
function pick(balancer: Balancer<TestServer>, times: number, busy = false): string[] {
  return Array.from({ length: times }, () => {
    const chosen = balancer.pick();
    if (chosen !== undefined && busy) {
      chosen.active++;
      balancer.activeChanged(chosen);
    }
    return chosen?.name ?? '-';
  });
}

const count = (names: readonly string[], name: string) => names.filter((each) => each === name).length;

for (const algorithm of ['roundrobin', 'leastconn'] as const) {
  suite(`balance ${algorithm}`, () => {
    test('never picks a server that is unavailable or has weight 0', () => {
      const servers = [server('down', { available: false }), server('zero', { weight: 0 }), server('good')];
      assert.deepEqual(new Set(pick(balancerOf(algorithm, servers), 20)), new Set(['good']));
      assert.deepEqual(pick(balancerOf(algorithm, servers.slice(0, 2)), 2), ['-', '-']);
      assert.deepEqual(pick(balancerOf(algorithm, []), 1), ['-']);
    });

    test('uses the first available backup only when no other server is left', () => {
      const main = server('main');
      const servers = [
        server('b1', { backup: true, available: false }),
        server('b2', { backup: true }),
        server('b3', { backup: true }),
        main,
      ];
      const balancer = balancerOf(algorithm, servers);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['main']));
      main.available = false;
      balancer.setServers(servers);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['b2']));
      main.available = true;
      balancer.setServers(servers);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['main']));
    });

    test('avoids a server where there is another', () => {
      const [first, second] = [server('a'), server('b')];
      const balancer = balancerOf(algorithm, [first, second]);
      for (let round = 0; round < 10; round++) assert.equal(balancer.pick(first)?.name, 'b');
      assert.equal(balancerOf(algorithm, [first]).pick(first)?.name, 'a');
    });

    test('honours weights', () => {
      const servers = [server('a', { weight: 100 }), server('b', { weight: 50 }), server('c', { weight: 1 })];
      const names = pick(balancerOf(algorithm, servers), 15_100, true);
      assert.ok(Math.abs(count(names, 'a') - 10_000) <= 100, `${count(names, 'a')}`);
      assert.ok(Math.abs(count(names, 'b') - 5_000) <= 100, `${count(names, 'b')}`);
      assert.ok(Math.abs(count(names, 'c') - 100) <= 2, `${count(names, 'c')}`);
    });

    test('goes on where it was when a version brings the same servers', () => {
      const servers = ['a', 'b', 'c', 'd'].map((name) => server(name));
      const balancer = balancerOf(algorithm, servers);
      const names = Array.from({ length: 400 }, () => {
        balancer.setServers(servers);
        return pick(balancer, 1, true)[0] as string;
      });
      for (const name of ['a', 'b', 'c', 'd']) assert.equal(count(names, name), 100);
    });

    test('a server that comes back gets its share, not all that it missed', () => {
      const servers = ['a', 'b'].map((name) => server(name));
      const balancer = balancerOf(algorithm, servers);
      const [first] = servers;
      assert.ok(first);
      first.available = false;
      balancer.setServers(servers);
      pick(balancer, 1_000);
      first.available = true;
      balancer.setServers(servers);
      const names = pick(balancer, 10);
      assert.ok(count(names, 'a') >= 4 && count(names, 'a') <= 6, names.join());
    });

    test('passes full servers over and takes them in again, without making up for what they missed', () => {
      const servers = ['a', 'b'].map((name) => server(name));
      const balancer = balancerOf(algorithm, servers);
      const [first, second] = servers as [TestServer, TestServer];
      const setFull = (target: TestServer, full: boolean) => {
        target.full = full;
        balancer.fullChanged(target);
      };
      setFull(first, true);
      setFull(first, true);
      assert.deepEqual(new Set(pick(balancer, 100)), new Set(['b']));
      assert.ok(balancer.hasRoom);
      setFull(second, true);
      assert.equal(balancer.pick(), undefined);
      assert.deepEqual([balancer.hasRoom, balancer.isSaturated], [false, true]);
      setFull(first, false);
      setFull(second, false);
      const names = pick(balancer, 10);
      assert.ok(count(names, 'a') >= 4 && count(names, 'a') <= 6, names.join());
      setFull(first, true);
      balancer.setServers(servers);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['b']), 'a new version knows who is full');
      first.available = false;
      second.available = false;
      balancer.setServers(servers);
      assert.deepEqual([balancer.hasRoom, balancer.isSaturated], [false, false]);
    });

    test('manages 4,095 servers', () => {
      const servers = Array.from({ length: 4_095 }, (_, index) => server(`s${index}`));
      const names = pick(balancerOf(algorithm, servers), 8_190, true);
      assert.equal(new Set(names).size, 4_095);
      assert.ok(servers.every(({ active }) => active === 2));
    });
  });
}

test('roundrobin spreads the turns of a heavy server', () => {
  const servers = [server('a', { weight: 5 }), server('b'), server('c')];
  const order = pick(balancerOf('roundrobin', servers), 14).join('');
  assert.equal(order.slice(0, 7), order.slice(7));
  assert.equal(count([...order], 'a'), 10);
  assert.doesNotMatch(order, /aaaaaa|bb|cc/);
});

test('leastconn follows the sessions that end', () => {
  const [first, second] = [server('a', { active: 3 }), server('b', { active: 1 })];
  const balancer = balancerOf('leastconn', [first, second]);
  assert.equal(balancer.pick()?.name, 'b');
  first.active = 0;
  balancer.activeChanged(first);
  assert.equal(balancer.pick()?.name, 'a');
});

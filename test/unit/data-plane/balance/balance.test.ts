/** One suite for every balancing algorithm, and what is special to each. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Balancer, Candidate } from '../../../../data-plane/balance/balancer.ts';
import { createBalancer } from '../../../../data-plane/balance/create-balancer.ts';
import { type BalanceAlgorithm, balanceAlgorithms } from '../../../../shared/model/vocabulary.ts';

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

/** The same numbers in each run. */
function pseudoRandom(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed - 1) / 2_147_483_646;
  };
}

function balancerOf(algorithm: BalanceAlgorithm, servers: readonly TestServer[], draws = 2): Balancer<TestServer> {
  const balancer = createBalancer<TestServer>({ algorithm, draws }, pseudoRandom());
  balancer.setServers(servers, false);
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

for (const algorithm of balanceAlgorithms) {
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
      balancer.setServers(servers, false);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['b2']));
      main.available = true;
      balancer.setServers(servers, false);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['main']));
    });

    test('uses all available backups when they are to share the traffic', () => {
      const main = server('main');
      const servers = [
        main,
        ...['b1', 'b2', 'b3'].map((name) => server(name, { backup: true, available: name !== 'b1' })),
      ];
      const balancer = balancerOf(algorithm, servers);
      balancer.setServers(servers, true);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['main']));
      main.available = false;
      balancer.setServers(servers, true);
      const used = algorithm === 'first' ? ['b2'] : ['b2', 'b3'];
      assert.deepEqual(new Set(pick(balancer, 20)), new Set(used));
    });

    test('avoids a server where there is another', () => {
      const [first, second] = [server('a'), server('b')];
      const balancer = balancerOf(algorithm, [first, second]);
      for (let round = 0; round < 10; round++) assert.equal(balancer.pick(first)?.name, 'b');
      assert.equal(balancerOf(algorithm, [first]).pick(first)?.name, 'a');
    });

    test('passes full servers over and takes them in again', () => {
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
      assert.equal(balancer.pick(second)?.name, 'b');
      assert.ok(balancer.hasRoom);
      setFull(second, true);
      assert.equal(balancer.pick(), undefined);
      assert.deepEqual([balancer.hasRoom, balancer.isSaturated], [false, true]);
      setFull(first, false);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['a']));
      setFull(first, true);
      setFull(second, false);
      balancer.setServers(servers, false);
      assert.deepEqual(new Set(pick(balancer, 10)), new Set(['b']), 'a new version knows who is full');
      first.available = false;
      second.available = false;
      balancer.setServers(servers, false);
      assert.deepEqual([balancer.hasRoom, balancer.isSaturated], [false, false]);
    });
  });
}

for (const algorithm of ['roundrobin', 'static-rr', 'leastconn'] as const) {
  suite(`shares of ${algorithm}`, () => {
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
        balancer.setServers(servers, false);
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
      balancer.setServers(servers, false);
      pick(balancer, 1_000);
      first.available = true;
      balancer.setServers(servers, false);
      const names = pick(balancer, 10);
      assert.ok(count(names, 'a') >= 4 && count(names, 'a') <= 6, names.join());
    });

    test('a server that was full does not make up for what it missed', () => {
      const servers = ['a', 'b'].map((name) => server(name));
      const balancer = balancerOf(algorithm, servers);
      const [first] = servers as [TestServer];
      first.full = true;
      balancer.fullChanged(first);
      pick(balancer, 100);
      first.full = false;
      balancer.fullChanged(first);
      const names = pick(balancer, 10);
      assert.ok(count(names, 'a') >= 4 && count(names, 'a') <= 6, names.join());
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

test('first fills one server after the other and goes back to the first that has room', () => {
  const servers = ['a', 'b', 'c'].map((name) => server(name));
  const balancer = balancerOf('first', servers);
  const names: string[] = [];
  for (let session = 0; session < 5; session++) {
    const chosen = balancer.pick();
    if (chosen === undefined) break;
    names.push(chosen.name);
    chosen.active++;
    chosen.full = chosen.active === 2;
    balancer.fullChanged(chosen);
  }
  assert.deepEqual(names, ['a', 'a', 'b', 'b', 'c']);
  const [first] = servers as [TestServer];
  first.full = false;
  balancer.fullChanged(first);
  assert.equal(balancer.pick()?.name, 'a');
});

test('random draws by weight, also while some are full', () => {
  const servers = [server('a', { weight: 6 }), server('b', { weight: 3 }), server('c'), server('d', { full: true })];
  const names = pick(balancerOf('random', servers, 1), 10_000);
  assert.ok(Math.abs(count(names, 'a') - 6_000) < 200, `${count(names, 'a')}`);
  assert.ok(Math.abs(count(names, 'b') - 3_000) < 200, `${count(names, 'b')}`);
  assert.ok(Math.abs(count(names, 'c') - 1_000) < 200, `${count(names, 'c')}`);
});

test('random takes of those it draws the one with the fewest sessions for its weight', () => {
  const spread = (draws: number) => {
    const servers = Array.from({ length: 50 }, (_, index) => server(`s${index}`, { weight: 1 + (index % 2) }));
    pick(balancerOf('random', servers, draws), 7_500, true);
    const loads = servers.map(({ active, weight }) => active / weight);
    return Math.max(...loads) - Math.min(...loads);
  };
  assert.ok(spread(2) < spread(1) / 2, `${spread(1)}, ${spread(2)}`);
  assert.ok(spread(200) <= 4, `${spread(200)}`);
});

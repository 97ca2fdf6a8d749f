/** `balance roundrobin`: each server in turn, as often as its weight says, spread as evenly as can be. */
import { type Balancer, type Candidate, eligibleServers } from './balancer.ts';
import { ServerHeap } from './server-heap.ts';

/**
 * Earliest deadline first: a server's turn comes 1/weight after its last, the first after half of that, which gives weights
 * 5, 1, 1 the order a a b c a a a. Choosing is O(log n).
 */
export class RoundRobin<Server extends Candidate> implements Balancer<Server> {
  readonly #heap = new ServerHeap<Server>();
  readonly #members = new Map<Server, number>();
  #time = 0;

  setServers(servers: readonly Server[], allBackups: boolean): void {
    const eligible = eligibleServers(servers, allBackups);
    const before = new Map(this.#members);
    this.#members.clear();
    for (const [index, server] of eligible.entries()) {
      const weight = before.get(server);
      const next = this.#time + 0.5 / server.weight;
      // A weight that grows in steps, as in a slow start, must not put the next turn off with each step.
      if (weight !== undefined && weight < server.weight) server.key = Math.min(server.key, next);
      else if (weight !== server.weight) server.key = next;
      server.order = index;
      this.#members.set(server, server.weight);
    }
    this.#heap.fill(eligible);
  }

  pick(avoid?: Server): Server | undefined {
    const server = this.#heap.least(avoid);
    if (server === undefined) return undefined;
    if (server.key > this.#time) this.#time = server.key;
    server.key += 1 / server.weight;
    this.#heap.reposition(server);
    return server;
  }

  activeChanged(): void {}

  fullChanged(server: Server): void {
    if (!this.#members.has(server) || this.#heap.has(server) !== server.full) return;
    if (server.full) {
      this.#heap.remove(server);
      return;
    }
    // What it missed while it was full is not made up for.
    if (server.key < this.#time) server.key = this.#time;
    this.#heap.add(server);
  }

  get hasRoom(): boolean {
    return !this.#heap.isEmpty;
  }

  get isSaturated(): boolean {
    return this.#heap.isEmpty && this.#members.size > 0;
  }
}

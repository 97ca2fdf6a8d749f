/** `balance leastconn`: the server with the fewest sessions for its weight; among equals the one that waited longest. */
import { type Balancer, type Candidate, eligibleServers } from './balancer.ts';
import { ServerHeap } from './server-heap.ts';

export class LeastConnections<Server extends Candidate> implements Balancer<Server> {
  readonly #heap = new ServerHeap<Server>();
  #members: ReadonlySet<Server> = new Set();
  #turn = 0;

  setServers(servers: readonly Server[], allBackups: boolean): void {
    const eligible = eligibleServers(servers, allBackups);
    for (const server of eligible) {
      if (server.order === 0) server.order = ++this.#turn;
      server.key = server.active / server.weight;
    }
    this.#members = new Set(eligible);
    this.#heap.fill(eligible);
  }

  pick(avoid?: Server): Server | undefined {
    const server = this.#heap.least(avoid);
    if (server === undefined) return undefined;
    server.order = ++this.#turn;
    this.#heap.reposition(server);
    return server;
  }

  activeChanged(server: Server): void {
    if (server.weight === 0) return;
    server.key = server.active / server.weight;
    this.#heap.reposition(server);
  }

  fullChanged(server: Server): void {
    if (!this.#members.has(server) || this.#heap.has(server) !== server.full) return;
    if (server.full) this.#heap.remove(server);
    else this.#heap.add(server);
  }

  get hasRoom(): boolean {
    return !this.#heap.isEmpty;
  }

  get isSaturated(): boolean {
    return this.#heap.isEmpty && this.#members.size > 0;
  }
}

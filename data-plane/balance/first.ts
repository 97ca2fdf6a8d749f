/** `balance first`: the first server that is not full, so that as few as possible are in use; weights do not matter. */
import { type Balancer, type Candidate, eligibleServers } from './balancer.ts';
import { ServerHeap } from './server-heap.ts';

export class First<Server extends Candidate> implements Balancer<Server> {
  readonly #heap = new ServerHeap<Server>();
  #members: ReadonlySet<Server> = new Set();

  setServers(servers: readonly Server[], allBackups: boolean): void {
    const eligible = eligibleServers(servers, allBackups);
    for (const [index, server] of eligible.entries()) server.key = index;
    this.#members = new Set(eligible);
    this.#heap.fill(eligible);
  }

  pick(avoid?: Server): Server | undefined {
    return this.#heap.least(avoid);
  }

  activeChanged(): void {}

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

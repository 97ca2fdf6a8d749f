/** `balance random(n)`: n servers are drawn by weight, and the one with the fewest sessions for its weight is taken. */
import { type Balancer, type Candidate, eligibleServers } from './balancer.ts';
import { WeightTree } from './weight-tree.ts';

export class RandomDraws<Server extends Candidate> implements Balancer<Server> {
  readonly #draws: number;
  readonly #random: () => number;
  #members: readonly Server[] = [];
  #places: ReadonlyMap<Server, number> = new Map();
  /** Full servers weigh nothing here. */
  #weights = new WeightTree(0);

  constructor(draws: number, random: () => number) {
    this.#draws = draws;
    this.#random = random;
  }

  setServers(servers: readonly Server[], allBackups: boolean): void {
    this.#members = eligibleServers(servers, allBackups);
    this.#places = new Map(this.#members.map((server, index) => [server, index]));
    this.#weights = new WeightTree(this.#members.length);
    for (const server of this.#members) this.fullChanged(server);
  }

  pick(avoid?: Server): Server | undefined {
    const place = avoid === undefined ? undefined : this.#places.get(avoid);
    if (avoid === undefined || place === undefined) return this.#draw();
    this.#weights.set(place, 0);
    const other = this.#draw();
    this.fullChanged(avoid);
    return other ?? this.#draw();
  }

  #draw(): Server | undefined {
    const { total } = this.#weights;
    if (total === 0) return undefined;
    let best: Server | undefined;
    for (let drawn = 0; drawn < this.#draws; drawn++) {
      const server = this.#members[this.#weights.find(this.#random() * total)] as Server;
      if (best === undefined || server.active * best.weight < best.active * server.weight) best = server;
    }
    return best;
  }

  activeChanged(): void {}

  fullChanged(server: Server): void {
    const place = this.#places.get(server);
    if (place !== undefined) this.#weights.set(place, server.full ? 0 : server.weight);
  }

  get hasRoom(): boolean {
    return this.#weights.total > 0;
  }

  get isSaturated(): boolean {
    return this.#weights.total === 0 && this.#members.length > 0;
  }
}

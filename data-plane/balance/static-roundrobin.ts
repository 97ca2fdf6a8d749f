/** `balance static-rr`: servers in turn by a list that is made of their weights, in the very order of HAProxy's (lb_map). */
import { type Balancer, type Candidate, eligibleServers } from './balancer.ts';

export class StaticRoundRobin<Server extends Candidate> implements Balancer<Server> {
  #turns: readonly Server[] = [];
  #eligible: readonly Server[] = [];
  /** What the turns were made of. */
  #weights: readonly number[] = [];
  /** Number of the turn that is next. */
  #next = 0;
  /** How many servers are not full. */
  #roomy = 0;

  setServers(servers: readonly Server[], allBackups: boolean): void {
    const eligible = eligibleServers(servers, allBackups);
    const weights = eligible.map(({ weight }) => weight);
    const isSame =
      eligible.length === this.#eligible.length &&
      eligible.every((server, index) => server === this.#eligible[index] && weights[index] === this.#weights[index]);
    if (!isSame) {
      this.#turns = makeTurns(eligible);
      this.#eligible = eligible;
      this.#weights = weights;
    }
    this.#count();
  }

  pick(avoid?: Server): Server | undefined {
    const turns = this.#turns;
    if (this.#roomy === 0) return undefined;
    let avoided = -1;
    for (let count = 0; count < turns.length; count++) {
      const turn = this.#next < turns.length ? this.#next : 0;
      const server = turns[turn] as Server;
      this.#next = turn + 1;
      if (server.full) continue;
      if (server !== avoid) return server;
      avoided = turn;
    }
    this.#next = avoided + 1;
    return avoid;
  }

  activeChanged(): void {}

  fullChanged(): void {
    this.#count();
  }

  #count(): void {
    this.#roomy = this.#eligible.filter(({ full }) => !full).length;
  }

  get hasRoom(): boolean {
    return this.#roomy > 0;
  }

  get isSaturated(): boolean {
    return this.#roomy === 0 && this.#eligible.length > 0;
  }
}

/**
 * As many turns as all weights together, less what they have in common. With each turn the credit of a server grows by its
 * weight, and a turn costs the sum of all weights. It goes to the first server that has credit for one more, or else to the
 * first that owes nothing: whatever the weights, the first server comes first.
 */
function makeTurns<Server extends Candidate>(servers: readonly Server[]): Server[] {
  const common = servers.reduce((divisor, { weight }) => greatestCommonDivisor(divisor, weight), 0);
  const weights = Int32Array.from(servers, ({ weight }) => weight / common);
  const credits = new Int32Array(servers.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const turns: Server[] = [];
  while (turns.length < total) {
    let chosen = 0;
    let most = -1;
    for (let index = 0; index < weights.length; index++) {
      const credit = (credits[index] as number) + (weights[index] as number);
      credits[index] = credit;
      const worth = credit >= total ? 2 : credit >= 0 ? 1 : 0;
      if (worth > most) {
        most = worth;
        chosen = index;
      }
    }
    credits[chosen] = (credits[chosen] as number) - total;
    turns.push(servers[chosen] as Server);
  }
  return turns;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

/** `balance roundrobin`: each server in turn, as often as its weight says, in the very order of HAProxy's (lb_fwrr). */
import { type Balancer, type Candidate, eligibleServers } from './balancer.ts';
import { ServerHeap } from './server-heap.ts';

/** HAProxy counts weights in sixteenths, so that a slow start has steps. */
const scale = 16;
const heaviest = 256 * scale;

/** The turn of a server: which heap holds it tells whether it has had one in this round. */
interface Turn<Server> {
  readonly server: Server;
  weight: number;
  /** Where in the round its last turn was, and where its next one is due. */
  last: number;
  next: number;
  /** What is left over of whole steps so far. */
  rest: number;
  /** The heap that holds it; undefined while the server is full. */
  heap: ServerHeap<Turn<Server>> | undefined;
  key: number;
  order: number;
  heapIndex: number;
  readonly full: false;
}

/**
 * A round has as many places as all weights together. A server that has not begun comes when nobody is due, the heaviest
 * first, and is due again a whole round divided by its weight later; one whose next place is beyond the round waits for the
 * following one. Choosing is O(log n).
 */
export class RoundRobin<Server extends Candidate> implements Balancer<Server> {
  readonly #turns = new Map<Server, Turn<Server>>();
  readonly #begun = new ServerHeap<Turn<Server>>();
  #fresh = new ServerHeap<Turn<Server>>();
  #waiting = new ServerHeap<Turn<Server>>();
  /** Places of this round and of the next, and the place that is reached. */
  #round = 0;
  #nextRound = 0;
  #place = 0;
  #queued = 0;
  #present = 0;

  setServers(servers: readonly Server[], allBackups: boolean): void {
    const eligible = eligibleServers(servers, allBackups);
    const isFirst = this.#turns.size === 0;
    this.#nextRound = eligible.reduce((sum, { weight }) => sum + weight * scale, 0);
    if (isFirst) {
      this.#round = this.#nextRound;
      this.#place = this.#nextRound;
    }
    const left = new Set(eligible);
    for (const [server, turn] of this.#turns) {
      if (left.has(server)) continue;
      this.#take(turn);
      this.#turns.delete(server);
    }
    for (const server of eligible) {
      const turn = this.#turns.get(server);
      if (turn === undefined) this.#add(server, isFirst);
      else this.#update(turn);
    }
  }

  #add(server: Server, isFirst: boolean): void {
    const weight = server.weight * scale;
    const turn: Turn<Server> = {
      ...{ server, weight, last: 0, next: 0, rest: 0 },
      ...{ heap: undefined, key: 0, order: 0, heapIndex: -1, full: false },
    };
    this.#turns.set(server, turn);
    if (isFirst) {
      if (!server.full) this.#putByWeight(this.#fresh, turn);
    } else this.#comeBack(turn);
  }

  /** A server that comes later, or was full, is due where a server of its weight would be that had its turn just now. */
  #comeBack(turn: Turn<Server>): void {
    if (turn.server.full) return;
    turn.next = this.#place + Math.floor((this.#nextRound + this.#round - this.#place) / turn.weight);
    this.#queue(turn);
  }

  /** Takes note of a weight that has changed, and of who is full. */
  #update(turn: Turn<Server>): void {
    const weight = turn.server.weight * scale;
    const hasChanged = weight !== turn.weight;
    turn.weight = weight;
    if (hasChanged && turn.heap === this.#fresh) {
      this.#take(turn);
      this.#putByWeight(this.#fresh, turn);
    } else if (hasChanged && turn.heap !== undefined) {
      // A weight that grows in steps must not put the next turn off with each step.
      const step = Math.floor(this.#nextRound / weight);
      turn.next = Math.min(turn.next, turn.last + step);
      turn.rest = 0;
      if (turn.next < this.#place + 2) turn.next = this.#place + step;
      this.#take(turn);
      this.#queue(turn);
    }
    this.fullChanged(turn.server);
  }

  pick(avoid?: Server): Server | undefined {
    const turn = this.#draw();
    if (turn === undefined || turn.server !== avoid) {
      if (turn !== undefined) this.#queue(turn);
      return turn?.server;
    }
    const other = this.#draw();
    if (other !== undefined) this.#queue(other);
    this.#queue(turn);
    return (other ?? turn).server;
  }

  /** Takes out whose turn it is and moves it on; undefined where nobody is left. */
  #draw(): Turn<Server> | undefined {
    if (this.#present === 0) return undefined;
    if (this.#round === 0) {
      this.#round = this.#nextRound;
      this.#place = this.#nextRound;
    }
    let turn = this.#due();
    if (turn === undefined) {
      const emptied = this.#fresh;
      this.#fresh = this.#waiting;
      this.#waiting = emptied;
      this.#round = this.#nextRound;
      this.#place = this.#nextRound;
      turn = this.#due();
      if (turn === undefined) return undefined;
    }
    const isNew = turn.heap === this.#fresh || turn.next === 0;
    turn.last = isNew ? this.#place : turn.next;
    if (isNew) turn.rest = 0;
    turn.next = turn.last + Math.floor(this.#nextRound / turn.weight);
    turn.rest += this.#nextRound % turn.weight;
    if (turn.rest >= turn.weight) {
      turn.rest -= turn.weight;
      turn.next++;
    }
    this.#take(turn);
    this.#place++;
    return turn;
  }

  #due(): Turn<Server> | undefined {
    const begun = this.#begun.least(undefined);
    return begun !== undefined && begun.next <= this.#place ? begun : (this.#fresh.least(undefined) ?? begun);
  }

  #queue(turn: Turn<Server>): void {
    if (turn.next >= 2 * this.#round || turn.next >= this.#round + this.#nextRound) {
      turn.next -= this.#round;
      this.#putByWeight(this.#waiting, turn);
      return;
    }
    turn.key = 256 * turn.next + Math.floor((heaviest + turn.rest - turn.weight) / scale);
    this.#put(this.#begun, turn);
  }

  #putByWeight(heap: ServerHeap<Turn<Server>>, turn: Turn<Server>): void {
    turn.key = heaviest - turn.weight;
    this.#put(heap, turn);
  }

  /** Those of one key come in the order in which they were put. */
  #put(heap: ServerHeap<Turn<Server>>, turn: Turn<Server>): void {
    turn.order = this.#queued++;
    turn.heap = heap;
    this.#present++;
    heap.add(turn);
  }

  #take(turn: Turn<Server>): void {
    if (turn.heap === undefined) return;
    turn.heap.remove(turn);
    turn.heap = undefined;
    this.#present--;
  }

  activeChanged(): void {}

  fullChanged(server: Server): void {
    const turn = this.#turns.get(server);
    if (turn === undefined || (turn.heap === undefined) === server.full) return;
    if (server.full) this.#take(turn);
    else this.#comeBack(turn);
  }

  get hasRoom(): boolean {
    return this.#present > 0;
  }

  get isSaturated(): boolean {
    return this.#present === 0 && this.#turns.size > 0;
  }
}

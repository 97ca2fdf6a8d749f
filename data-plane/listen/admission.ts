/** Which connections of a frontend are served now: as many as its limits and that of the node allow. */
import { rateUid } from '../node/node-limits.ts';
import type { SlotSource } from '../worker/limited.ts';
import type { TimerWheel } from '../worker/timer-wheel.ts';
import { Gate } from './gate.ts';
import type { HeldConnection } from './held-connection.ts';
import { RateGate } from './rate-gate.ts';

/**
 * A connection passes the gates one after the other, always in this order, and keeps its place in one while it waits at the
 * next: were it to give places back, two workers with a connection each could exchange them forever. It lives across versions.
 */
export class Admission {
  /** Connections of the frontend. */
  readonly connections: Gate;
  /** Sessions that it begins in a second. */
  readonly rate: RateGate;
  /** Connections of all frontends. */
  readonly #node: Gate;

  constructor(frontendUid: string, slots: SlotSource, timers: TimerWheel, node: Gate) {
    this.connections = new Gate(frontendUid, slots);
    this.rate = new RateGate(rateUid(frontendUid), slots, timers);
    this.#node = node;
  }

  /** Lets a connection in when it may be served at once; what it takes up is given back with {@link leave}. */
  enter(): boolean {
    if (!this.connections.isOpen || !this.rate.isOpen || !this.#node.isOpen) return false;
    this.connections.enter();
    this.rate.enter();
    this.#node.enter();
    this.rate.began();
    return true;
  }

  /** Takes a connection as far as it may go, and begins it when that is all the way. */
  proceed(connection: HeldConnection): void {
    for (; connection.passed < 3; connection.passed++) {
      const gate = this.#gate(connection.passed);
      if (!gate.isOpen) {
        gate.hold(connection);
        return;
      }
      gate.enter();
    }
    this.rate.began();
    connection.begin();
  }

  /** A connection that was served is over. */
  leave(): void {
    this.connections.leave();
    this.#node.leave();
  }

  /** A connection goes that has passed only so many gates. */
  leaveFirst(passed: number): void {
    for (let index = 0; index < passed; index++) this.#gate(index).leave();
  }

  #gate(index: number): Gate {
    return index === 0 ? this.connections : index === 1 ? this.rate : this.#node;
  }
}

/** A server as a worker knows it: its state, its counters and its idle connections. It lives on across versions. */

import type { Balancer, Candidate } from '../balance/balancer.ts';
import type { ServerState } from '../node/worker-messages.ts';
import { ProxyCounters } from '../report/counters.ts';
import { Limited, type SlotSource } from '../worker/limited.ts';
import type { ServerConnection } from './server-connection.ts';
import type { ServerQueue } from './server-queue.ts';

/** Its limit is `maxconn`: what is in use are sessions. */
export class UpstreamServer extends Limited implements Candidate {
  readonly name: string;
  /** Its number in the version in force. */
  id: number;
  readonly address: string;
  readonly port: number;
  readonly counters = new ProxyCounters();
  backup: boolean;
  weight: number;
  /** With an algorithm that takes no other weights: that of the configuration. */
  fixedWeight: number | undefined;
  /** As configured. */
  initialWeight: number;
  state: ServerState['state'] = 'up';
  /** The algorithm that chooses this server now. */
  balancer: Balancer<UpstreamServer> | undefined;
  queue: ServerQueue | undefined;
  /** Stick rules do not note it. */
  nonStick = false;
  key = 0;
  order = 0;
  heapIndex = -1;
  readonly #idle: ServerConnection[] = [];

  constructor(
    identity: { uid: string; id: number; name: string; address: string; port: number; weight: number; backup: boolean },
    slots: SlotSource,
  ) {
    super(identity.uid, slots);
    this.name = identity.name;
    this.id = identity.id;
    this.address = identity.address;
    this.port = identity.port;
    this.weight = identity.weight;
    this.initialWeight = identity.weight;
    this.backup = identity.backup;
  }

  get available(): boolean {
    return this.state === 'up';
  }

  /** 0 for no limit. */
  get maxconn(): number {
    return this.limit;
  }

  beginSession(): void {
    this.active++;
    this.counters.beginSession();
    this.balancer?.activeChanged(this);
    if (this.full) this.balancer?.fullChanged(this);
  }

  endSession(): void {
    this.active--;
    this.counters.endSession();
    this.balancer?.activeChanged(this);
    if (this.isLimited) this.slotFreed();
  }

  /** A server that takes no traffic needs no slots. */
  override askForSlot(): void {
    if (this.state === 'up') super.askForSlot();
  }

  protected override get isAwaited(): boolean {
    return this.queue !== undefined && this.queue.length > 0;
  }

  protected override roomChanged(): void {
    if (this.balancer === undefined) return;
    this.balancer.fullChanged(this);
    this.queue?.serve(this.balancer);
  }

  /**
   * The idle connection that was used last, taken out of the pool; undefined when there is none. With `lasting` it must have
   * served more than one exchange.
   */
  takeIdle(lasting: boolean): ServerConnection | undefined {
    const last = this.#idle.at(-1);
    if (last === undefined || (lasting && last.uses < 2)) return undefined;
    const connection = this.#idle.pop() as ServerConnection;
    connection.idleIndex = -1;
    this.counters.idleConnections = this.#idle.length;
    return connection;
  }

  addIdle(connection: ServerConnection): void {
    if (this.state !== 'up') {
      connection.destroy();
      return;
    }
    connection.idleIndex = this.#idle.length;
    this.#idle.push(connection);
    this.counters.idleConnections = this.#idle.length;
  }

  removeIdle(connection: ServerConnection): void {
    const last = this.#idle.pop();
    if (last !== undefined && last !== connection) {
      this.#idle[connection.idleIndex] = last;
      last.idleIndex = connection.idleIndex;
    }
    connection.idleIndex = -1;
    this.counters.idleConnections = this.#idle.length;
  }

  /** Takes a new state or weight; idle connections to a server that takes no traffic are closed. */
  setState(state: ServerState): void {
    this.state = state.state;
    this.weight = state.weight === 0 ? 0 : (this.fixedWeight ?? state.weight * (state.part ?? 1));
    if (state.state !== 'up') this.closeIdle();
  }

  closeIdle(): void {
    for (const connection of [...this.#idle]) connection.destroy();
  }
}

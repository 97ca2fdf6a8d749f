/** A server as a worker knows it: its state, its counters and its idle connections. It lives on across versions. */

import type { Balancer, Candidate } from '../balance/balancer.ts';
import type { ServerState } from '../node/worker-messages.ts';
import { ProxyCounters } from '../report/counters.ts';
import type { ServerConnection } from './server-connection.ts';
import type { ServerQueue } from './server-queue.ts';

/** Where slots of a server with `maxconn` come from: workers share them. */
export interface SlotSource {
  want(uid: string): void;
  giveBack(uid: string, count: number): void;
}

export class UpstreamServer implements Candidate {
  readonly uid: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly counters = new ProxyCounters();
  backup: boolean;
  weight: number;
  /** As configured. */
  initialWeight: number;
  state: ServerState['state'] = 'up';
  /** The algorithm that chooses this server now. */
  balancer: Balancer<UpstreamServer> | undefined;
  queue: ServerQueue | undefined;
  active = 0;
  key = 0;
  order = 0;
  heapIndex = -1;
  readonly #idle: ServerConnection[] = [];
  readonly #slots: SlotSource;
  /** Most sessions of the node with this server; 0 for no limit. */
  #maxconn = 0;
  /** Most sessions of this worker. */
  #granted = 0;
  /** Slots to be given back as sessions end. */
  #owed = 0;
  #wanting = false;
  /** Slots that other workers could use when this one does not. */
  #wantedElsewhere = 0;

  constructor(
    identity: { uid: string; name: string; address: string; port: number; weight: number; backup: boolean },
    slots: SlotSource,
  ) {
    this.#slots = slots;
    this.uid = identity.uid;
    this.name = identity.name;
    this.address = identity.address;
    this.port = identity.port;
    this.weight = identity.weight;
    this.initialWeight = identity.weight;
    this.backup = identity.backup;
  }

  get available(): boolean {
    return this.state === 'up';
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
    if (this.#maxconn > 0) this.#slotFreed();
  }

  get full(): boolean {
    return this.#maxconn > 0 && this.active >= this.#granted;
  }

  /** The limit in a version; `slots` are those it begins with when it had none. */
  setMaxconn(maxconn: number, slots: number): void {
    if (this.#maxconn === 0) this.#granted = slots;
    if (maxconn === 0) {
      this.#owed = 0;
      this.#wantedElsewhere = 0;
      this.#wanting = false;
    }
    this.#maxconn = maxconn;
  }

  /** 0 for no limit. */
  get maxconn(): number {
    return this.#maxconn;
  }

  get isLimited(): boolean {
    return this.#maxconn > 0;
  }

  /** Slots that this object takes over from the one the server had at another address. */
  get granted(): number {
    return this.#granted;
  }

  /** Asks for one slot more, unless that was asked already or the worker has all there are. */
  askForSlot(): void {
    if (this.#wanting || !this.full || this.state !== 'up' || this.#granted >= this.#maxconn) return;
    this.#wanting = true;
    this.#slots.want(this.uid);
  }

  grantSlots(count: number): void {
    this.#granted += count;
    this.#wanting = false;
    this.#roomChanged();
  }

  /** Gives idle slots back; owes the rest as sessions end, with `busy` at once, else when none waits here for it. */
  recallSlots(count: number, busy: boolean): void {
    const idle = Math.max(0, Math.min(count, this.#granted - this.active));
    if (busy) this.#owed += count - idle;
    else this.#wantedElsewhere += count - idle;
    if (idle === 0) return;
    this.#granted -= idle;
    this.#slots.giveBack(this.uid, idle);
    this.balancer?.fullChanged(this);
  }

  #slotFreed(): void {
    if (this.active < this.#granted) {
      if (this.#owed > 0) {
        this.#owed--;
        this.#giveOneBack();
      } else if (this.#wantedElsewhere > 0 && this.queue?.length === 0) {
        this.#wantedElsewhere--;
        this.#giveOneBack();
      }
    }
    this.#roomChanged();
  }

  #giveOneBack(): void {
    this.#granted--;
    this.#slots.giveBack(this.uid, 1);
  }

  #roomChanged(): void {
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
    this.weight = state.weight;
    if (state.state !== 'up') this.closeIdle();
  }

  closeIdle(): void {
    for (const connection of [...this.#idle]) connection.destroy();
  }
}

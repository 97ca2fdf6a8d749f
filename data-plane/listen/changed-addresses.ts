/** Addresses that rules have put in place of those of a client connection, by what they hold for. */
import type { IpAddress } from '../../shared/address.ts';
import type { AddressLevel, ConnectionEnd } from '../rules/transaction.ts';

export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

type Layer = Partial<Record<ConnectionEnd, Endpoint>>;

/** What holds for the present request goes before what holds for the session, that before what the connection is said to be. */
export class ChangedAddresses {
  readonly #connection: Layer = {};
  readonly #session: Layer = {};
  #request: Layer = {};

  /** A new request begins: what a rule set for the last one is over. */
  beginRequest(): void {
    this.#request = {};
  }

  find(end: ConnectionEnd): Endpoint | undefined {
    return this.#request[end] ?? this.#session[end] ?? this.#connection[end];
  }

  /** What the connection itself is said to have. */
  findOriginal(end: ConnectionEnd): Endpoint | undefined {
    return this.#connection[end];
  }

  set(end: ConnectionEnd, level: AddressLevel, endpoint: Endpoint): void {
    if (level === 'connection') this.#connection[end] = endpoint;
    else if (level === 'session') this.#session[end] = endpoint;
    else this.#request[end] = endpoint;
  }
}

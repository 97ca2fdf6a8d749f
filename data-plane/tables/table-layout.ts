/** Where each of the data of a stick table's entries stands, and which of them an event counts in. */
import { findStickDataType, type StickDataKind, type StoredData } from '../../shared/model/stick-data.ts';

/** One value of an entry; an array has one for each element. */
export interface Field {
  /** From 1 on; 0 stands for how often an entry is tracked. */
  readonly number: number;
  /** As lists show it: "gpc1" for an element of "gpc" too. */
  readonly name: string;
  /** The type of data that it belongs to, such as "gpc". */
  readonly type: string;
  readonly kind: StickDataKind;
  /** Where its numbers begin among those of an entry: a rate has three, anything else one. */
  readonly slot: number;
  /** Milliseconds over which a rate counts; 0 else. */
  readonly period: number;
  /** Whether other workers should hear soon that much was counted: a limit may hang on it. */
  readonly isPressing: boolean;
}

/** What is counted: a count and a rate, as far as the table has them. */
export type Event = readonly Field[];

export class TableLayout {
  /** In the order in which lists show them. */
  readonly fields: readonly Field[];
  /** How many numbers an entry has. */
  readonly slots: number;
  readonly connection: Event;
  readonly session: Event;
  readonly request: Event;
  readonly requestError: Event;
  readonly responseFailure: Event;
  readonly bytesIn: Event;
  readonly bytesOut: Event;
  readonly currentConnections: Field | undefined;
  readonly serverId: Field | undefined;
  readonly serverKey: Field | undefined;
  readonly #byName: ReadonlyMap<string, Field>;

  /** The data come in the order in which lists show them. */
  constructor(stored: readonly StoredData[]) {
    const fields: Field[] = [];
    let slot = 0;
    for (const { type, count, period } of stored) {
      const { kind, isArray } = findStickDataType(type) ?? { kind: 'counter', isArray: false };
      for (let index = 0; index < count; index++) {
        const name = isArray ? `${type.slice(0, 3)}${index}${type.slice(3)}` : type;
        const isPressing = kind !== 'tag' && !type.startsWith('bytes_');
        fields.push({ number: fields.length + 1, name, type, kind, slot, period, isPressing });
        slot += kind === 'rate' ? 3 : 1;
      }
    }
    this.fields = fields;
    this.slots = slot;
    this.#byName = new Map(fields.map((field) => [field.name, field]));
    const event = (name: string) => this.present(`${name}_cnt`, `${name}_rate`);
    this.connection = event('conn');
    this.session = event('sess');
    this.request = event('http_req');
    this.requestError = event('http_err');
    this.responseFailure = event('http_fail');
    this.bytesIn = event('bytes_in');
    this.bytesOut = event('bytes_out');
    this.currentConnections = this.#byName.get('conn_cur');
    this.serverId = this.#byName.get('server_id');
    this.serverKey = this.#byName.get('server_key');
  }

  /** The field that lists show under a name; the first elements of arrays stand for "gpc0", "gpc1" and "gpt0". */
  named(name: string): Field | undefined {
    return this.#byName.get(name);
  }

  /** An element of "gpc", "gpc_rate" or "gpt"; undefined where the table has not got that array, or no such element. */
  element(type: string, index: number): Field | undefined {
    return this.fields.filter((field) => field.type === type)[index];
  }

  /** Those of the named fields that there are. */
  present(...names: readonly string[]): Event {
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }
}

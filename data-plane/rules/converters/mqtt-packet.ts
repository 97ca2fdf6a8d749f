/** Reads CONNECT and CONNACK packets of MQTT 3.1, 3.1.1 and 5.0, the first that client and server send. */

/** What a packet says, by the names that fields have in expressions; properties by their number. */
export type MqttFields = ReadonlyMap<string, string | number>;

type PropertyKind = 'bit' | 'two' | 'four' | 'text' | 'pair';
type PropertyKinds = ReadonlyMap<number, PropertyKind>;

const connectProperties: PropertyKinds = new Map([
  [17, 'four'],
  [21, 'text'],
  [22, 'text'],
  [23, 'bit'],
  [25, 'bit'],
  [33, 'two'],
  [34, 'two'],
  [38, 'pair'],
  [39, 'four'],
]);
const willProperties: PropertyKinds = new Map([
  [1, 'bit'],
  [2, 'four'],
  [3, 'text'],
  [8, 'text'],
  [9, 'text'],
  [24, 'four'],
  [38, 'pair'],
]);
const connackProperties: PropertyKinds = new Map([
  [17, 'four'],
  [18, 'text'],
  [19, 'two'],
  [21, 'text'],
  [22, 'text'],
  [26, 'text'],
  [28, 'text'],
  [31, 'text'],
  [33, 'two'],
  [34, 'two'],
  [36, 'bit'],
  [37, 'bit'],
  [38, 'pair'],
  [39, 'four'],
  [40, 'bit'],
  [41, 'bit'],
  [42, 'bit'],
]);

/** Properties that must not be 0 or without a character: assigned client identifier, receive maximum, maximum packet size. */
const neverEmpty = new Set([18, 33, 39]);

export const connectType = 1;
export const connackType = 2;

/** Flags of CONNECT (MQTT 5.0, section 3.1.2.3). */
const [reserved, willFlag, willQos, willRetain, passwordFlag, usernameFlag] = [0x01, 0x04, 0x18, 0x20, 0x40, 0x80];

/** Type and flags, then the length. */
const header = /^.[\x80-\xff]{0,3}[\x00-\x7f]/s;

/** Thrown where bytes make no packet, and where HAProxy waits for more; made once, since whoever sends them may send many. */
const wrong = new Error('no packet of MQTT');
const incomplete = new Error('no whole packet of MQTT');

/** Takes values off bytes one after the other; one character stands for each byte. */
class Reader {
  readonly #bytes: string;
  at: number;
  readonly #end: number;

  constructor(bytes: string, start: number, end: number) {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.at === this.#end;
  }

  number(size: number): number {
    const text = this.bytes(size);
    let value = 0;
    for (let at = 0; at < size; at++) value = value * 256 + text.charCodeAt(at);
    return value;
  }

  bytes(length: number): string {
    if (this.at + length > this.#end) throw wrong;
    this.at += length;
    return this.#bytes.slice(this.at - length, this.at);
  }

  text(): string {
    return this.bytes(this.number(2));
  }

  /** A length of at most four bytes, seven bits in each. */
  length(): number {
    let value = 0;
    for (let factor = 1; factor <= 128 ** 3; factor *= 128) {
      const byte = this.number(1);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw wrong;
  }

  /** The part that a length announces. */
  part(): Reader {
    const length = this.length();
    const start = this.at;
    this.bytes(length);
    return new Reader(this.#bytes, start, start + length);
  }
}

/** The fields of a packet, undefined where it has not come whole, null where it is none of the type or a wrong one. */
export function readMqttPacket(bytes: string, type: number): MqttFields | null | undefined {
  if (bytes.length > 1 && bytes.charCodeAt(0) !== type << 4) return null;
  if (!header.test(bytes)) return bytes.length < 5 ? undefined : null;
  const reader = new Reader(bytes, 1, bytes.length);
  try {
    const length = reader.length();
    const end = reader.at + length;
    if (end > bytes.length) return undefined;
    if (type === connackType && length === 2 && end < bytes.length) return null;
    const body = new Reader(bytes, reader.at, end);
    const fields = type === connectType ? readConnect(body) : readConnack(body);
    return body.done ? fields : null;
  } catch (error) {
    if (error === wrong) return null;
    if (error === incomplete) return undefined;
    throw error;
  }
}

/** The flags that each type of packet must have (MQTT 5.0, section 2.1.3); HAProxy takes those of PUBLISH for fixed too. */
const flagsOf = [-1, 0, 0, 15, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0];

/** Whether bytes begin a packet of the type, and more of it has to come. */
export function isIncomplete(bytes: string, type: number): boolean {
  if (bytes.length < 2) return true;
  if ((bytes.charCodeAt(0) & 15) !== flagsOf[type] || !header.test(bytes)) return false;
  const reader = new Reader(bytes, 1, bytes.length);
  const length = reader.length();
  return reader.at + length > bytes.length;
}

function readConnect(reader: Reader): MqttFields {
  const fields = new Map<string, string | number>();
  const name = reader.text();
  const version = reader.number(1);
  if (!/^(?:MQTT|MQIsdp)$/i.test(name) || version < 3 || version > 5) throw wrong;
  const flags = reader.number(1);
  // HAProxy takes any quality of service beside another flag of the will.
  if ((flags & reserved) !== 0 || (flags & (willFlag | willQos | willRetain)) === willQos) throw wrong;
  fields.set('protocol_name', name);
  fields.set('protocol_version', version);
  fields.set('flags', flags);
  fields.set('keepalive', reader.number(2));
  if (version === 5) {
    readProperties(reader.part(), connectProperties, fields);
    if ((fields.get('22') ?? '') !== '' && (fields.get('21') ?? '') === '') throw wrong;
  }
  fields.set('client_identifier', reader.text());
  if ((flags & willFlag) !== 0) {
    if (version === 5) readProperties(reader.part(), willProperties, fields);
    fields.set('will_topic', reader.text());
    fields.set('will_payload', reader.text());
  }
  if ((flags & usernameFlag) !== 0) fields.set('username', reader.text());
  if ((flags & passwordFlag) !== 0) fields.set('password', reader.text());
  return fields;
}

/** Before version 5.0 it has two bytes. */
function readConnack(reader: Reader): MqttFields {
  const fields = new Map<string, string | number>();
  const flags = reader.number(1);
  if (flags > 1) throw wrong;
  fields.set('flags', flags);
  fields.set('reason_code', reader.number(1));
  fields.set('protocol_version', reader.done ? 4 : 5);
  if (!reader.done) readProperties(reader.part(), connackProperties, fields);
  return fields;
}

function readProperties(reader: Reader, kinds: PropertyKinds, fields: Map<string, string | number>): void {
  while (!reader.done) {
    const number = reader.length();
    const kind = kinds.get(number);
    if (kind === undefined) throw kinds === connackProperties ? incomplete : wrong;
    const value = readProperty(reader, kind);
    if (kind === 'pair') continue;
    if ((neverEmpty.has(number) && (value === 0 || value === '')) || fields.has(String(number))) throw wrong;
    fields.set(String(number), value);
  }
  for (const [number, kind] of kinds) {
    if (kind !== 'text' && kind !== 'pair' && !fields.has(String(number))) fields.set(String(number), 0);
  }
}

function readProperty(reader: Reader, kind: PropertyKind): string | number {
  switch (kind) {
    case 'bit': {
      const value = reader.number(1);
      if (value > 1) throw wrong;
      return value;
    }
    case 'two':
      return reader.number(2);
    case 'four':
      return reader.number(4);
    case 'text':
      return reader.text();
    case 'pair':
      return reader.text() + reader.text();
  }
}

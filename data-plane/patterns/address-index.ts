/** Networks by the length of their prefix: one lookup for each length that networks have, the longest first. */
import { type IpAddress, parseIpv4Network, parseNetwork } from '../../shared/address.ts';
import { expandAddress, splitHoledMask } from '../../shared/language/argument-types.ts';
import type { PatternEntry, PatternList } from '../../shared/patterns/pattern-list.ts';
import { embeddedAddress } from '../rules/network-set.ts';
import type { Value } from '../rules/sample-value.ts';
import { Buckets, Numbers } from './buckets.ts';
import { maskOf, PackedNetworks } from './packed-networks.ts';
import { PackedNetworks6 } from './packed-networks6.ts';
import type { PatternIndex } from './pattern-index.ts';

/** Networks of one family by prefix. */
interface Family<Key> {
  readonly tables: Map<number, Buckets<Key>>;
  readonly lengths: Numbers;
}

const newFamily = <Key>(): Family<Key> => ({ tables: new Map(), lengths: new Numbers(true) });

/** An IPv4 network whose mask has holes, which stands in no table. */
interface Holed {
  readonly base: number;
  readonly mask: number;
}

export class AddressIndex implements PatternIndex {
  #list: PatternList | undefined;
  /** Networks among what the list was filled with; those written in an unusual way are as if they were added. */
  #packedFour: PackedNetworks | undefined;
  #packedSix: PackedNetworks6 | undefined;
  readonly #four = newFamily<number>();
  readonly #six = newFamily<string>();
  /** By the first 16 bits of an IPv4 address: a bit for each longer prefix that there is, or was, under them. */
  readonly #longer = new Map<number, number>();
  /** In order. */
  readonly #holed = new Map<PatternEntry, Holed>();

  fill(list: PatternList): void {
    this.clear();
    this.#list = list;
    this.#packedFour = new PackedNetworks(list.packed, list.gone);
    this.#packedSix = new PackedNetworks6(list.packed, this.#packedFour.others, list.gone);
    for (const index of this.#packedSix.others) if (!list.gone.has(index)) this.insert(list.entryAt(index));
    for (const entry of list.added) this.insert(entry);
  }

  insert(entry: PatternEntry): void {
    const network = readNetwork(entry.key);
    if (network === undefined) return;
    if ('mask' in network) this.#holed.set(entry, network);
    else if ('bits' in network) this.#addFour(network.bits, network.prefixLength, entry);
    else add(this.#six, network.prefixLength, network.key, entry);
  }

  remove(entry: PatternEntry): void {
    if (this.#holed.delete(entry)) return;
    const network = readNetwork(entry.key);
    if (network === undefined || 'mask' in network) return;
    if ('bits' in network) drop(this.#four, network.prefixLength, network.bits, entry);
    else drop(this.#six, network.prefixLength, network.key, entry);
  }

  clear(): void {
    this.#packedFour = undefined;
    this.#packedSix = undefined;
    for (const { tables, lengths } of [this.#four, this.#six]) {
      tables.clear();
      lengths.clear();
    }
    this.#longer.clear();
    this.#holed.clear();
  }

  /** Addresses of the other family count as HAProxy's manual says (7.1.6). */
  find(value: Value): PatternEntry | undefined {
    const address = value as IpAddress;
    const bytes = address.toByteArray();
    if (bytes.length === 4) {
      const number = numberOf(bytes, 0);
      return (
        this.#findFour(number) ?? (this.#hasSix() ? this.#findSix(mapped(bytes)) : undefined) ?? this.#findHoled(number)
      );
    }
    const six = this.#findSix(bytes);
    if (six !== undefined) return six;
    const inner = embeddedAddress(bytes);
    return inner === undefined ? undefined : (this.#findFour(inner | 0) ?? this.#findHoled(inner | 0));
  }

  #addFour(bits: number, length: number, entry: PatternEntry): void {
    add(this.#four, length, bits, entry);
    if (length <= halfway) return;
    const half = bits >>> halfway;
    this.#longer.set(half, (this.#longer.get(half) ?? 0) | (1 << (length - halfway)));
  }

  #findFour(number: number): PatternEntry | undefined {
    const packed = this.#packedFour?.find(number) ?? -1;
    const packedLength = this.#packedFour?.lengthOf(packed) ?? -1;
    const { lengths, tables } = this.#four;
    if (lengths.sorted.length > 0) {
      const longer = this.#longer.get(number >>> halfway) ?? 0;
      for (const length of lengths.sorted) {
        if (length < packedLength) break;
        if (length > halfway && (longer & (1 << (length - halfway))) === 0) continue;
        const found = tables.get(length)?.get(number & maskOf(length));
        if (found !== undefined) return this.#smaller(found, length, packed, packedLength);
      }
    }
    return this.#entryAt(packed);
  }

  #findSix(bytes: readonly number[]): PatternEntry | undefined {
    const packed = this.#packedSix?.find(bytes) ?? -1;
    const packedLength = this.#packedSix?.lengthOf(packed) ?? -1;
    const { lengths, tables } = this.#six;
    for (const length of lengths.sorted) {
      if (length < packedLength) break;
      const found = tables.get(length)?.get(keyOf(bytes, length));
      if (found !== undefined) return this.#smaller(found, length, packed, packedLength);
    }
    return this.#entryAt(packed);
  }

  /** Of equal networks the first in the file. */
  #smaller(found: PatternEntry, length: number, packed: number, packedLength: number): PatternEntry | undefined {
    return length > packedLength || found.order <= packed ? found : this.#entryAt(packed);
  }

  #hasSix(): boolean {
    return this.#six.lengths.sorted.length > 0 || this.#packedSix?.isEmpty === false;
  }

  #entryAt(packed: number): PatternEntry | undefined {
    return packed < 0 ? undefined : this.#list?.entryAt(packed);
  }

  #findHoled(number: number): PatternEntry | undefined {
    for (const [entry, { base, mask }] of this.#holed) if ((number & mask) === base) return entry;
    return undefined;
  }
}

/** Half the bits of an IPv4 address. */
const halfway = 16;

function add<Key>({ tables, lengths }: Family<Key>, length: number, key: Key, entry: PatternEntry): void {
  let table = tables.get(length);
  if (table === undefined) {
    table = new Buckets();
    tables.set(length, table);
  }
  if (table.add(key, entry)) lengths.add(length);
}

function drop<Key>({ tables, lengths }: Family<Key>, length: number, key: Key, entry: PatternEntry): void {
  if (tables.get(length)?.delete(key, entry) === true) lengths.delete(length);
}

function numberOf(bytes: readonly number[], at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

/** The bits of a prefix, as a text. */
function keyOf(bytes: readonly number[], length: number): string {
  let key = '';
  for (let index = 0; index * 8 < length; index++) {
    const mask = (0xff00 >> Math.min(8, length - index * 8)) & 0xff;
    key += String.fromCharCode((bytes[index] ?? 0) & mask);
  }
  return key;
}

const mapped = (bytes: readonly number[]) => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...bytes];

type ReadNetwork =
  | { readonly bits: number; readonly prefixLength: number }
  | { readonly key: string; readonly prefixLength: number }
  | Holed;

/** The prefix that a pattern names, by family; undefined for what is no network. */
function readNetwork(text: string): ReadNetwork | undefined {
  const plain = parseIpv4Network(text);
  if (plain !== undefined) return { ...plain, bits: plain.bits & maskOf(plain.prefixLength) };
  const network = parseNetwork(expandAddress(text) ?? text);
  if (network === undefined) {
    const split = splitHoledMask(text);
    if (split === undefined) return undefined;
    const mask = numberOf(split.mask, 0);
    return { base: numberOf(split.address, 0) & mask, mask };
  }
  const { prefixLength } = network;
  const bytes = network.base.toByteArray();
  if (bytes.length === 4) return { bits: numberOf(bytes, 0) & maskOf(prefixLength), prefixLength };
  return { key: keyOf(bytes, prefixLength), prefixLength };
}

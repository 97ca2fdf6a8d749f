/** Hashes of 32 bits over bytes, as HAProxy works them out (configuration manual 2.6, "hash-type"). */
import { crc32 } from 'node:zlib';

export type ShortHash = (bytes: string) => number;

export const djb2: ShortHash = (bytes) => {
  let hash = 5381;
  for (let at = 0; at < bytes.length; at++) hash = (Math.imul(hash, 33) + bytes.charCodeAt(at)) | 0;
  return hash >>> 0;
};

export const sdbm: ShortHash = (bytes) => {
  let hash = 0;
  for (let at = 0; at < bytes.length; at++) hash = (bytes.charCodeAt(at) + (hash << 6) + (hash << 16) - hash) | 0;
  return hash >>> 0;
};

export const wt6: ShortHash = (bytes) => {
  let one = 0xa53c965a | 0;
  let two = 0x5ca6953a | 0;
  let turnOne = 6;
  let turnTwo = 18;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    one = ~(one ^ code);
    two = ~((two + code) | 0);
    const turned = turn(two, turnOne);
    two = turn(one, turnTwo);
    one = turned;
    const mixed = ((one >>> 16) ^ two) & 0xffff;
    turnOne = mixed & 0x1f;
    turnTwo = mixed >>> 11;
  }
  return (one ^ two) >>> 0;
};

function turn(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

export const crc: ShortHash = (bytes) => crc32(Buffer.from(bytes, 'latin1'));

const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** CRC32C (RFC 4960, appendix B). */
export const crcC: ShortHash = (bytes) => {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) {
    value = (castagnoli[(value ^ bytes.charCodeAt(at)) & 255] as number) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
};

/** Bob Jenkins' mixing of 32 bits, and a factor. */
export function avalanche(hash: number): number {
  let value = hash | 0;
  value = (value + 0x7ed55d16 + (value << 12)) | 0;
  value = value ^ 0xc761c23c ^ (value >>> 19);
  value = (value + 0x165667b1 + (value << 5)) | 0;
  value = ((value + 0xd3a2646c) | 0) ^ (value << 9);
  value = (value + 0xfd7046c5 + (value << 3)) | 0;
  value = value ^ 0xb55a4f09 ^ (value >>> 16);
  return Math.imul(value, 3221225473) >>> 0;
}

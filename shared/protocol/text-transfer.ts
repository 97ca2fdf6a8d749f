/** A long text on its way: compressed when that pays, in pieces that fit into messages, and put together again. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { chunkBytes, compressAbove } from './messages.ts';

export type TextEncoding = 'json' | 'gzip+base64';

export interface EncodedText {
  readonly encoding: TextEncoding;
  readonly pieces: readonly string[];
}

export function encodeText(text: string): EncodedText {
  const compressed = Buffer.byteLength(text) > compressAbove;
  const data = compressed ? gzipSync(text, { level: 1 }).toString('base64') : text;
  const length = compressed ? Math.ceil(chunkBytes / 3) * 4 : data.length;
  const count = Math.max(1, Math.ceil(data.length / Math.max(1, length)));
  return {
    encoding: compressed ? 'gzip+base64' : 'json',
    pieces: Array.from({ length: count }, (_, index) => data.slice(index * length, (index + 1) * length)),
  };
}

export function decodeText({ encoding, pieces }: EncodedText): string {
  const data = pieces.join('');
  return encoding === 'json' ? data : gunzipSync(Buffer.from(data, 'base64')).toString();
}

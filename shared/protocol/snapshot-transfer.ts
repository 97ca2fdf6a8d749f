/** Sending a snapshot over the wire: canonical JSON, compressed when large, cut into messages, and put together again. */
import type { Snapshot } from '../model/snapshot.ts';
import { sha256 } from './canonical-json.ts';
import type { SnapshotMessage } from './messages.ts';
import { decodeText, encodeText } from './text-transfer.ts';

/** The messages that carry one version; `json` is the canonical JSON of its snapshot and `hash` its SHA-256. */
export function encodeSnapshot(epoch: string, version: number, json: string, hash: string): SnapshotMessage[] {
  const { encoding, pieces } = encodeText(json);
  return pieces.map((data, chunk) => ({
    type: 'snapshot',
    epoch,
    version,
    hash,
    encoding,
    chunk,
    chunks: pieces.length,
    data,
  }));
}

export interface ReceivedSnapshot {
  epoch: string;
  version: number;
  hash: string;
  /** The canonical JSON. */
  json: string;
  snapshot: Snapshot;
}

/** Puts snapshots together; a piece of another version drops what was gathered of the one before. */
export class SnapshotReceiver {
  #pieces: SnapshotMessage[] = [];

  /** Takes one piece: the snapshot when it was the last, undefined when more are to come; throws when pieces do not fit. */
  receive(message: SnapshotMessage): ReceivedSnapshot | undefined {
    const first = this.#pieces[0];
    if (first !== undefined && (first.version !== message.version || first.hash !== message.hash)) this.#pieces = [];
    if (message.chunk !== this.#pieces.length || message.chunk >= message.chunks) {
      const expected = this.#pieces.length;
      this.#pieces = [];
      throw new Error(`piece ${message.chunk} of version ${message.version} came where piece ${expected} was due`);
    }
    this.#pieces.push(message);
    if (this.#pieces.length < message.chunks) return undefined;
    const pieces = this.#pieces.map(({ data }) => data);
    this.#pieces = [];
    const json = decodeText({ encoding: message.encoding, pieces });
    if (sha256(json) !== message.hash)
      throw new Error(`version ${message.version} does not have the hash it came with`);
    return { epoch: message.epoch, version: message.version, hash: message.hash, json, snapshot: JSON.parse(json) };
  }
}

/** Sending the whole of a map or ACL file over the wire, and putting its pieces together again. */
import { PackedEntries } from '../patterns/packed-entries.ts';
import type { PatternFile } from '../patterns/pattern-file.ts';
import type { PatternFileMessage } from './messages.ts';
import { decodeText, encodeText } from './text-transfer.ts';

export function encodePatternFile({ name, entries }: PatternFile, revision: number): PatternFileMessage[] {
  const { encoding, pieces } = encodeText(JSON.stringify(entries.contents()));
  const { kind } = entries;
  return pieces.map((data, chunk) => ({
    type: 'pattern-file',
    kind,
    name,
    revision,
    encoding,
    chunk,
    chunks: pieces.length,
    data,
  }));
}

export interface ReceivedPatternFile extends PatternFile {
  readonly revision: number;
}

/** A piece of another file, or revision, drops what was gathered of the one before. */
export class PatternFileReceiver {
  #pieces: PatternFileMessage[] = [];

  /** Takes one piece: the file when it was the last, undefined when more are to come; throws when pieces do not fit. */
  receive(message: PatternFileMessage): ReceivedPatternFile | undefined {
    const { kind, name, revision, encoding, chunk, chunks } = message;
    const first = this.#pieces[0];
    if (first !== undefined && (first.name !== name || first.kind !== kind || first.revision !== revision)) {
      this.#pieces = [];
    }
    if (chunk !== this.#pieces.length || chunk >= chunks) {
      this.#pieces = [];
      throw new Error(`piece ${chunk} of "${name}" came where another was due`);
    }
    this.#pieces.push(message);
    if (this.#pieces.length < chunks) return undefined;
    const pieces = this.#pieces.map(({ data }) => data);
    this.#pieces = [];
    const contents: string[] = JSON.parse(decodeText({ encoding, pieces }));
    return { name, revision, entries: PackedEntries.from(kind, contents, 'utf8') };
  }
}

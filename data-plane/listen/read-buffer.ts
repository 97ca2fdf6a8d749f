/** Memory for reading from sockets: one buffer for all, and a buffer of its own for a connection that streams. */

const bufferBytes = 64 * 1024;

/** A connection whose reads are at least this long gets a buffer of its own; shorter ones are cheap to copy. */
const streamingBytes = 16 * 1024;

const shared = Buffer.allocUnsafeSlow(bufferBytes);
const spare: Buffer[] = [];
const mostSpare = 16;

/**
 * What one connection reads into. Bytes in the shared buffer must be copied or turned into a string before the callback
 * returns, because any other connection reads into it next; bytes in an own buffer may be written on as they are.
 */
export class ReadBuffer {
  current: Buffer = shared;
  #length = 0;

  get isShared(): boolean {
    return this.current === shared;
  }

  /** Notes how long the read was that has just been taken. */
  filled(length: number): void {
    this.#length = length;
  }

  /** The buffer for the next read, chosen by how much the last one brought. */
  next(): Buffer {
    if (this.#length >= streamingBytes) {
      if (this.current === shared) this.current = spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    } else if (this.current !== shared && this.#length < streamingBytes / 4) this.release();
    return this.current;
  }

  /** The bytes of the current buffer are still being written by somebody: leave it to them and take another. */
  giveAway(): void {
    if (this.current !== shared) this.current = spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
  }

  /**
   * Goes back to the shared buffer. The socket takes it at the end of the read callback under way, so this is called inside
   * one or when the socket reads no more.
   */
  release(): void {
    if (this.current !== shared && spare.length < mostSpare) spare.push(this.current);
    this.current = shared;
    this.#length = 0;
  }
}

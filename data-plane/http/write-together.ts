/** Head and body of a message in one write, without an allocation for either. */
import type { Socket } from 'node:net';

const scratchBytes = 64 * 1024;

/** Longest body (bytes) that goes out in one write with its head. */
export const mostTogether = 40 * 1024;

/** Shorter messages are cheaper to join as strings. */
export const fewTogether = 1_024;

/** How much of what was read is looked at first when the end of a head is sought; most heads are shorter. */
export const firstLook = 1_024;

let scratch = Buffer.allocUnsafeSlow(scratchBytes);

/** Writes a head (latin1) and body[start..end], at most {@link mostTogether} bytes, to the socket. */
export function writeTogether(socket: Socket, head: string, body: Buffer, start: number, end: number): void {
  if (head.length + end - start > scratch.length) scratch = Buffer.allocUnsafeSlow(head.length + end - start);
  const headBytes = scratch.write(head, 0, 'latin1');
  const bytes = headBytes + body.copy(scratch, headBytes, start, end);
  socket.write(scratch.subarray(0, bytes));
  // What the kernel did not take at once is still read from the scratch buffer: it is left to the socket.
  if (socket.writableLength > 0) scratch = Buffer.allocUnsafeSlow(scratchBytes);
}

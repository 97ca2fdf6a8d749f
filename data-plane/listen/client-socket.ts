/**
 * Accepting connections on a handle, and reading from them without an allocation for each read.
 *
 * net.Server makes its sockets without the `onread` option, so each read of a client allocates a buffer of 64 KB and gives
 * the collector work: uploads cost twice what they do with it. Here the handle is listened on as net.Server itself does, and
 * each accepted handle becomes a net.Socket with `onread`.
 */
import { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import type { ReadBuffer } from './read-buffer.ts';

/** Node's handle of a TCP socket, as far as it is used here. */
export interface TcpHandle {
  /** Called for each connection; `status` is a negative error number when accepting failed. */
  onconnection?: (status: number, client: TcpHandle | undefined) => void;
  /** Answers 0 or a negative error number. */
  listen(backlog: number): number;
  close(): void;
  /** Closes with a reset. */
  reset(done: () => void): number;
  /** Fills in the address of the other side; a negative error number once the connection is broken. Absent without addresses. */
  getpeername?(peer: { address?: string; port?: number }): number;
  getsockname?(local: { address?: string; port?: number }): number;
}

/** Takes what a client sends. */
export interface ClientReader {
  /** buffer[0..length] is valid only during the call while `readBuffer.isShared`. */
  received(buffer: Buffer, length: number): void;
}

/** Listens on a bound handle; throws Error with the system's words when that fails. */
export function listenOn(handle: TcpHandle, backlog: number, accept: (client: TcpHandle) => void): void {
  // A failure to accept (no descriptors left) leaves the connection with the kernel, which offers it again.
  handle.onconnection = (status, client) => {
    if (status === 0 && client !== undefined) accept(client);
  };
  const failure = handle.listen(backlog);
  if (failure !== 0) throw new Error(getSystemErrorMap().get(failure)?.[1] ?? `error ${failure}`);
}

/** The socket of an accepted connection; what it reads goes to `reader` from the next turn of the event loop on. */
export function openClientSocket(handle: TcpHandle, reader: ClientReader, readBuffer: ReadBuffer): Socket {
  const options = {
    handle,
    allowHalfOpen: true,
    onread: {
      buffer: () => readBuffer.next(),
      callback: (length: number, buffer: Uint8Array) => {
        readBuffer.filled(length);
        reader.received(buffer as Buffer, length);
        return true;
      },
    },
  };
  const socket = new Socket(options as unknown as ConstructorParameters<typeof Socket>[0]);
  socket.setNoDelay(true);
  return socket;
}

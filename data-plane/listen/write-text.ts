/**
 * Writing a short text to a socket at the cost of the system call: mostly the kernel takes all of it at once, and there is
 * nothing for the stream of the socket to keep account of. What net.Socket does for each write costs as much as the rules of
 * a request. Whatever is out of the ordinary goes through the socket.
 */
import type { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';

/** Node's request to write, of which an unfinished one belongs to its handle. */
interface WriteRequest {
  oncomplete?: (status: number) => void;
}

/** What node:net itself writes with. */
interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: Int32Array;
  readonly kLastWriteWasAsync: number;
}

interface WritableHandle {
  /** Answers 0 or a negative error number. */
  writeLatin1String(request: WriteRequest, text: string): number;
}

interface OpenSocket extends Socket {
  readonly _handle?: WritableHandle | null;
  /** Whether a text of here is still on its way to the kernel. */
  textPending?: boolean;
}

/** undefined where Node.js does not give it away. */
function findBinding(): StreamBinding | undefined {
  try {
    return (process as unknown as { binding(name: 'stream_wrap'): StreamBinding }).binding('stream_wrap');
  } catch {
    return undefined;
  }
}

const binding = findBinding();

/** A write that is over at once leaves its request as it was. */
let request = binding && new binding.WriteWrap();

/** Writes a text with one character for each byte, behind all that was written before. */
export function writeText(socket: OpenSocket, text: string): void {
  const handle = socket._handle;
  if (
    binding === undefined ||
    request === undefined ||
    handle == null ||
    socket.textPending === true ||
    socket.writableLength > 0 ||
    socket.writableCorked > 0 ||
    socket.connecting ||
    !socket.writable
  ) {
    socket.write(text, 'latin1');
    return;
  }
  const status = handle.writeLatin1String(request, text);
  if (status !== 0) fail(socket, status);
  else if (binding.streamBaseState[binding.kLastWriteWasAsync] !== 0) {
    awaitEnd(socket, request);
    request = new binding.WriteWrap();
  }
}

/** The kernel has not taken all: what is written meanwhile is kept account of by the socket, and goes out behind it. */
function awaitEnd(socket: OpenSocket, pending: WriteRequest): void {
  socket.textPending = true;
  pending.oncomplete = (status) => {
    socket.textPending = false;
    if (status !== 0) fail(socket, status);
  };
}

/** As the socket does itself. */
function fail(socket: OpenSocket, status: number): void {
  if (socket.destroyed) return;
  const [code = 'UNKNOWN', words = ''] = getSystemErrorMap().get(status) ?? [];
  socket.destroy(Object.assign(new Error(`write ${code}: ${words}`), { errno: status, code, syscall: 'write' }));
}

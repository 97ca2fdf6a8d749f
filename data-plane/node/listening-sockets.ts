/**
 * The listening sockets of the node: the supervisor binds them and keeps them open whatever becomes of its workers.
 *
 * node:cluster would share them too, but it closes a shared handle when the last worker that uses it goes, and with it
 * every connection the kernel holds. Here a handle is bound once, never polled by the supervisor, and sent to each worker,
 * which listens on it; while no worker lives, connections wait in the kernel for the next one.
 */
import { statSync, unlinkSync } from 'node:fs';
import net from 'node:net';
import { getSystemErrorMap, getSystemErrorName } from 'node:util';
import { formatAddress } from '../../shared/address.ts';
import type { FieldError } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';

/** A bound TCP handle of Node: opaque but for these, fit to be sent to a worker. */
export interface BoundHandle {
  close(): void;
  /** Writes address and port into `out`; a negative error number when the bind failed. */
  getsockname(out: { address?: string; port?: number }): number;
}

export interface ListeningSocket {
  /** "ADDRESS:PORT", as workers file it. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly backlog: number;
  readonly handle: BoundHandle;
}

type CreateHandle = (
  address: string | null,
  port: number,
  family: 4 | 6 | -1,
  fd: number,
  flags: number,
) => BoundHandle | number;

/** Not in the types, but what node:cluster itself binds with: nothing public gives a bound handle that is not polled. */
const createHandle = (net as unknown as { _createServerHandle: CreateHandle })._createServerHandle;

/** UV_TCP_REUSEPORT of libuv. */
const reusePort = 2;

/** The sockets that frontends of a snapshot listen on, by key; several frontends never share one. */
export function socketKeys(snapshot: Snapshot): Set<string> {
  const enabled = snapshot.frontends.filter(({ disabled }) => !disabled);
  return new Set(enabled.flatMap(({ binds }) => binds.map(({ address, port }) => `${address}:${port}`)));
}

export class ListeningSockets {
  /** Set where another node may listen on the same ports for a while, because this one is to take its place. */
  shareable = false;
  readonly #sockets = new Map<string, ListeningSocket>();

  /** Binds what the snapshot needs and is not open yet. On any error nothing new stays open. */
  open(snapshot: Snapshot): { opened: ListeningSocket[]; errors: FieldError[] } {
    const opened: ListeningSocket[] = [];
    const errors: FieldError[] = [];
    for (const frontend of snapshot.frontends) {
      if (frontend.disabled) continue;
      for (const [index, { address, port, backlog }] of frontend.binds.entries()) {
        const key = `${address}:${port}`;
        if (this.#sockets.has(key)) continue;
        const bound = this.#bind(address, port);
        if (typeof bound === 'number') {
          errors.push({ resource: `/frontends/${frontend.name}`, ...explain(bound, address, port, index) });
          continue;
        }
        const socket = { key, address, port, backlog, handle: bound };
        this.#sockets.set(key, socket);
        opened.push(socket);
      }
    }
    if (errors.length > 0) this.close(opened);
    return { opened: errors.length > 0 ? [] : opened, errors };
  }

  /** The open sockets with these keys. */
  select(keys: ReadonlySet<string>): ListeningSocket[] {
    return [...this.#sockets.values()].filter(({ key }) => keys.has(key));
  }

  close(sockets: Iterable<ListeningSocket>): void {
    for (const { key, handle } of sockets) {
      if (this.#sockets.delete(key)) handle.close();
    }
  }

  /** Closes every socket but these. */
  closeExcept(keys: ReadonlySet<string>): void {
    this.close([...this.#sockets.values()].filter(({ key }) => !keys.has(key)));
  }

  closeAll(): void {
    this.closeExcept(new Set());
  }

  /**
   * A bound handle, or a negative error number. A first try without SO_REUSEPORT tells whether another program listens
   * there; the handle that stays has it, so that a later version can go from "*" to one address on the same port while
   * both are open.
   */
  #bind(address: string, port: number): BoundHandle | number {
    if (address.startsWith('fd@')) return inheritedHandle(Number(address.slice('fd@'.length)));
    if (address.startsWith('unix@')) return bindPath(address.slice('unix@'.length));
    if (this.shareable) return bindHandle(address, port, reusePort);
    const probe = bindHandle(address, port, 0);
    if (typeof probe === 'number') {
      const ours = [...this.#sockets.values()].some((socket) => socket.port === port);
      return ours && probe === errno.EADDRINUSE ? bindHandle(address, port, reusePort) : probe;
    }
    probe.close();
    return bindHandle(address, port, reusePort);
  }
}

/** A socket that whoever started this program opened and listens on. */
function inheritedHandle(fd: number): BoundHandle | number {
  try {
    return createHandle(null, 0, -1, fd, 0);
  } catch {
    return errno.EBADF;
  }
}

/** A stale socket file is taken over; one on which somebody answers is not looked for, as HAProxy does not either. */
function bindPath(path: string): BoundHandle | number {
  try {
    if (statSync(path).isSocket()) unlinkSync(path);
  } catch {
    // Nothing is there, or bind will tell what is wrong with it.
  }
  return createHandle(path, -1, -1, -1, 0);
}

/** libuv keeps EADDRINUSE back until the socket is used; asking for its name brings it out. */
function bindHandle(address: string, port: number, flags: number): BoundHandle | number {
  const handle = createHandle(address, port, address.includes(':') ? 6 : 4, -1, flags);
  if (typeof handle === 'number') return handle;
  const name: { port?: number } = {};
  const failure = handle.getsockname(name);
  if (failure === 0 && name.port === port) return handle;
  handle.close();
  return failure === 0 ? errno.EADDRINUSE : failure;
}

/** Negative error numbers of this system by name. */
const errno = (() => {
  const numbers = new Map([...getSystemErrorMap()].map(([number, [name]]) => [name, number]));
  return { EADDRINUSE: numbers.get('EADDRINUSE') ?? -98, EBADF: numbers.get('EBADF') ?? -9 };
})();

function explain(error: number, address: string, port: number, index: number): { pointer: string; detail: string } {
  const place = port === 0 ? address : formatAddress(address, port);
  switch (getSystemErrorName(error)) {
    case 'EADDRINUSE':
      return { pointer: `/binds/${index}/port`, detail: `${place} is already in use by another program` };
    case 'EACCES':
      return { pointer: `/binds/${index}/port`, detail: `${place} may not be opened: this node lacks the privilege` };
    case 'EBADF':
      return { pointer: `/binds/${index}/address`, detail: `${place} is no listening socket that this node inherited` };
    case 'EADDRNOTAVAIL':
      return {
        pointer: `/binds/${index}/address`,
        detail: `${place} cannot be opened: this machine has no such address`,
      };
    default:
      return {
        pointer: `/binds/${index}`,
        detail: `${place} cannot be opened: ${getSystemErrorMap().get(error)?.[1] ?? `error ${error}`}`,
      };
  }
}

/** Opens one stats socket: a unix socket under a temporary name first, so that a path never refuses while it changes hands. */
import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import type { SnapshotStatsSocket } from '../../../shared/model/snapshot.ts';
import { parseStatsAddress, type StatsAddress } from '../../../shared/model/stats-address.ts';

export interface BoundStatsSocket {
  readonly server: Server;
  /** Gives a unix socket its own name, in place of whoever had it; at the first call only. */
  publish(): void;
  /** Accepts nothing more, and takes the name away unless another has it by now. */
  close(): void;
}

/** Why a socket cannot be opened; `field` is what is wrong in its configuration. */
export class StatsSocketError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Resolves once it listens; rejects with a {@link StatsSocketError}. */
export async function bindStatsSocket(socket: SnapshotStatsSocket): Promise<BoundStatsSocket> {
  const address = parseStatsAddress(socket.address);
  if ('problem' in address) throw new StatsSocketError('address', address.problem);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  if (address.kind === 'unix') return bindUnix(server, address.path, socket);
  await listen(server, address.kind === 'fd' ? { fd: address.fd } : addressOf(address), socket.address);
  return { server, publish: () => {}, close: () => void server.close() };
}

/** "::" stands for every IPv6 address: IPv4 has addresses of its own. */
function addressOf({ host, port }: Extract<StatsAddress, { kind: 'tcp' }>): object {
  return { host, port, ipv6Only: host.includes(':') };
}

async function bindUnix(server: Server, path: string, socket: SnapshotStatsSocket): Promise<BoundStatsSocket> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isSocket()) {
    throw new StatsSocketError('address', `${path} is there already and is no socket`);
  }
  if (!existsSync(dirname(path))) throw new StatsSocketError('address', `there is no folder ${dirname(path)}`);
  const owner = { uid: ownerId('user', socket.user), gid: ownerId('group', socket.group) };
  const temporary = `${path}.${randomUUID().slice(0, 8)}`;
  await listen(server, { path: temporary }, path);
  try {
    setRights(temporary, path, socket, owner);
  } catch (error) {
    server.close();
    throw error;
  }
  const { ino } = lstatSync(temporary);
  let published = false;
  const publish = () => {
    if (!published) renameSync(temporary, path);
    published = true;
  };
  // Nobody loses a name that nobody has: whoever waits for the node finds it no later than its other sockets.
  if (there === undefined) publish();
  return {
    server,
    publish,
    close() {
      // Node.js removes the temporary name, which is no more once the socket has its own.
      server.close();
      if (published && lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
    },
  };
}

function listen(server: Server, where: object, place: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(new StatsSocketError('address', `${place} cannot be opened: ${explain(error)}`));
    server.once('error', failed);
    server.listen({ ...where, backlog: 128 }, () => {
      server.off('error', failed);
      // A connection that goes wrong while it is accepted is nobody's fault here.
      server.on('error', () => {});
      resolve();
    });
  });
}

function setRights(
  file: string,
  path: string,
  { mode, user, group }: SnapshotStatsSocket,
  { uid, gid }: { uid: number | undefined; gid: number | undefined },
): void {
  try {
    if (mode !== '') chmodSync(file, Number.parseInt(mode, 8));
  } catch (error) {
    throw new StatsSocketError('mode', `mode ${mode} cannot be set on ${path}: ${explain(error)}`);
  }
  if (uid === undefined && gid === undefined) return;
  try {
    chownSync(file, uid ?? process.getuid?.() ?? 0, gid ?? process.getgid?.() ?? 0);
  } catch (error) {
    const field = uid === undefined ? 'group' : 'user';
    const owner = [user, group].filter((name) => name !== '').join(':');
    throw new StatsSocketError(field, `${path} cannot be given to ${owner}: ${explain(error)}`);
  }
}

/** The number of a user or group of this machine; undefined for "". */
function ownerId(field: 'user' | 'group', name: string): number | undefined {
  if (name === '') return undefined;
  if (/^[0-9]+$/.test(name)) return Number(name);
  const lines = readFileSync(field === 'user' ? '/etc/passwd' : '/etc/group', 'utf8').split('\n');
  const id = lines.map((line) => line.split(':')).find(([known]) => known === name)?.[2];
  if (id === undefined) throw new StatsSocketError(field, `this machine has no ${field} "${name}"`);
  return Number(id);
}

/** What the system says, in words: "permission denied". */
function explain(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}

/** Finds proxies and servers by the names and numbers that clients use, and gives them their numbers. */

import { numberItems } from '../../../shared/model/ids.ts';
import type { Snapshot, SnapshotBackend, SnapshotFrontend, SnapshotServer } from '../../../shared/model/snapshot.ts';
import { failure, type Notice } from './command.ts';

export type NumberedProxy =
  | { readonly id: number; readonly kind: 'frontend'; readonly proxy: SnapshotFrontend }
  | { readonly id: number; readonly kind: 'backend'; readonly proxy: SnapshotBackend };

export interface NumberedServer {
  readonly id: number;
  readonly server: SnapshotServer;
}

const numbered = new WeakMap<Snapshot, readonly NumberedProxy[]>();

/** The proxies in order with their numbers. */
export function proxiesOf(snapshot: Snapshot): readonly NumberedProxy[] {
  let proxies = numbered.get(snapshot);
  if (proxies === undefined) {
    const frontends = snapshot.frontends.map((proxy) => ({ kind: 'frontend' as const, proxy }));
    const backends = snapshot.backends.map((proxy) => ({ kind: 'backend' as const, proxy }));
    const all = [...frontends, ...backends];
    // A version that was stored by an earlier Sluice has no numbers.
    const ids = all.some(({ proxy }) => proxy.id === undefined)
      ? numberItems(
          2,
          all.map(({ proxy }) => proxy),
        )
      : [];
    proxies = all.map((proxy, index) => ({ ...proxy, id: ids[index] ?? proxy.proxy.id }));
    numbered.set(snapshot, proxies);
  }
  return proxies;
}

export function backendsOf(snapshot: Snapshot): (NumberedProxy & { kind: 'backend' })[] {
  return proxiesOf(snapshot).filter((proxy) => proxy.kind === 'backend');
}

/** The servers of a backend with their numbers. */
export function serversOf({ servers }: SnapshotBackend): NumberedServer[] {
  const ids = numberItems(1, servers);
  return servers.map((server, index) => ({ server, id: ids[index] ?? 0 }));
}

/** The backend of that name, or with the number behind a "#"; undefined when there is none. */
export function findBackend(snapshot: Snapshot, word: string): (NumberedProxy & { kind: 'backend' }) | undefined {
  const backends = backendsOf(snapshot);
  return byNumber(backends, word) ?? backends.find(({ proxy }) => proxy.name === word);
}

export interface FoundServer extends NumberedServer {
  readonly backend: SnapshotBackend;
}

/** The server that "backend/server" or "#1/#2" names, or what is wrong with that. */
export function findServer(snapshot: Snapshot, word: string | undefined): FoundServer | Notice {
  const slash = word?.indexOf('/') ?? -1;
  if (word === undefined || slash === -1 || slash === word.length - 1) return failure("Require 'backend/server'.\n");
  const backend = findBackend(snapshot, word.slice(0, slash))?.proxy;
  if (backend === undefined) return failure('No such backend.\n');
  const servers = serversOf(backend);
  const name = word.slice(slash + 1);
  const found = byNumber(servers, name) ?? servers.find(({ server }) => server.name === name);
  return found === undefined ? failure('No such server.\n') : { ...found, backend };
}

function byNumber<Item extends { readonly id: number }>(items: readonly Item[], word: string): Item | undefined {
  if (!/^#[0-9]+$/.test(word)) return undefined;
  return items.find(({ id }) => id === Number(word.slice(1)));
}

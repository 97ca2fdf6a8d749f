/** The overrides in force: stored, sent to the nodes, ended when their time has come or their server goes. */

import type { Clock } from '../../shared/clock.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Override } from '../../shared/model/override.ts';
import type { ServerOverride } from '../../shared/protocol/messages.ts';
import type { ConfigKeeper } from '../config/change-config.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Store, StoredOverride } from '../store/store.ts';

export interface OverrideBook {
  get(backend: string, server: string): Override | undefined;
  /** Throws not-found for an unknown server, invalid-config for an override that says nothing or is already over. */
  put(backend: string, server: string, override: Override): Promise<void>;
  /** Throws not-found when there is none. */
  remove(backend: string, server: string): Promise<void>;
  list(): ServerOverride[];
  /** Called after each change; with `gone` because the server went, so that its traffic need not be held off any more. */
  onChange(listener: (why: 'set' | 'gone') => void): void;
  close(): void;
}

const serverPath = (backend: string, server: string) => `/backends/${backend}/servers/${server}`;

export async function openOverrideBook(options: {
  keeper: ConfigKeeper;
  store: Store;
  clock: Clock;
  events: EventLog;
  onFailure: (error: unknown) => void;
}): Promise<OverrideBook> {
  const { keeper, store, clock, events, onFailure } = options;
  const listeners: ((why: 'set' | 'gone') => void)[] = [];
  const book = new Map<string, StoredOverride>();
  for (const item of await store.listOverrides()) book.set(serverPath(item.backend, item.server), item);
  let cancelTimer = () => {};

  function changed({ backend, server }: StoredOverride, override: Override | null, reason: string): void {
    events.emit('override-changed', { backend, server, override, reason });
  }

  function announce(why: 'set' | 'gone'): void {
    armTimer();
    for (const listener of listeners) listener(why);
  }

  function armTimer(): void {
    cancelTimer();
    const ends = [...book.values()].flatMap(({ expiresAt }) =>
      expiresAt === undefined ? [] : [Date.parse(expiresAt)],
    );
    if (ends.length === 0) {
      cancelTimer = () => {};
      return;
    }
    const next = Math.min(...ends);
    cancelTimer = clock.after(Math.max(0, next - clock.now()), () => void expire().catch(onFailure));
  }

  async function expire(): Promise<void> {
    const now = clock.now();
    for (const [path, item] of book) {
      if (item.expiresAt === undefined || Date.parse(item.expiresAt) > now) continue;
      book.delete(path);
      await store.deleteOverride(item.serverUid);
      changed(item, null, 'expired');
    }
    announce('set');
  }

  keeper.onPublish(({ plan }) => {
    const lost = plan.filter(({ action, resource }) => action === 'delete' && book.has(resource));
    for (const { resource } of lost) {
      const item = book.get(resource);
      book.delete(resource);
      if (item !== undefined) changed(item, null, 'server deleted');
    }
    if (lost.length > 0) announce('gone');
  });

  armTimer();
  return {
    get(backend, server) {
      const item = book.get(serverPath(backend, server));
      return item === undefined ? undefined : toOverride(item);
    },
    async put(backend, server, override) {
      const path = serverPath(backend, server);
      const serverUid = keeper.uidOf(path);
      if (serverUid === '')
        throw new SluiceError('not-found', `there is no server "${server}" in backend "${backend}"`);
      check(override, path, clock.now());
      const item: StoredOverride = { ...override, serverUid, backend, server };
      await store.putOverride(item);
      book.set(path, item);
      changed(item, override, 'set');
      announce('set');
    },
    async remove(backend, server) {
      const path = serverPath(backend, server);
      const item = book.get(path);
      if (item === undefined) throw new SluiceError('not-found', `server "${backend}/${server}" has no override`);
      await store.deleteOverride(item.serverUid);
      book.delete(path);
      changed(item, null, 'deleted');
      announce('set');
    },
    list: () => [...book.values()].map((item) => ({ backend: item.backend, server: item.server, ...toOverride(item) })),
    onChange: (listener) => listeners.push(listener),
    close: () => cancelTimer(),
  };
}

function toOverride({ serverUid: _uid, backend: _backend, server: _server, ...override }: StoredOverride): Override {
  return override;
}

function check(override: Override, path: string, now: number): void {
  const refuse = (pointer: string, detail: string): never => {
    throw new SluiceError('invalid-config', detail, { errors: [{ resource: `${path}/override`, pointer, detail }] });
  };
  if (override.adminState === undefined && override.weight === undefined) {
    refuse('', 'an override needs adminState or weight');
  }
  if (override.expiresAt === undefined) return;
  const end = Date.parse(override.expiresAt);
  if (Number.isNaN(end)) refuse('/expiresAt', `"${override.expiresAt}" is no moment that exists`);
  if (end <= now) refuse('/expiresAt', 'lies in the past');
}

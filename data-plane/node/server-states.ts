/** The state of each server: configuration, override and checks taken together, for workers and for the control plane. */
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { AdminState } from '../../shared/model/override.ts';
import type { Snapshot, SnapshotBackend, SnapshotServer } from '../../shared/model/snapshot.ts';
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import type { HealthMessage, ServerHealth, ServerOverride } from '../../shared/protocol/messages.ts';
import { type CheckResult, describeResult } from '../health/check-result.ts';
import type { CheckTarget } from '../health/scheduler.ts';
import { Overrides, type RuntimeChange } from './overrides.ts';
import {
  checkTargetOf,
  type Entry,
  healthMessage,
  identityOf,
  isUsable,
  nameOf,
  type Place,
  sameHealth,
} from './server-entry.ts';
import { Histories, type ServerHistory } from './server-history.ts';
import {
  describeAdminChange,
  describeCheck,
  describeCheckChange,
  describeForcedChange,
  type Usable,
} from './server-words.ts';
import { SlowStarts } from './slow-starts.ts';
import type { ServerState } from './worker-messages.ts';

/** All there is to know of a server. */
export interface ServerView extends Readonly<Pick<Entry, 'up' | 'stopping' | 'result' | 'admin' | 'changedAt'>> {
  readonly weight: number;
  /** Whether health checks are configured, and not switched off at the runtime API. */
  readonly checked: boolean;
  /** Whether it takes new traffic by its state; its weight may still be 0. */
  readonly usable: boolean;
  readonly history: ServerHistory;
}

export interface StateHandlers {
  /** States that workers must be told of. */
  states(changed: ServerState[]): void;
  /** Health that the control plane must be told of. */
  health(message: HealthMessage): void;
  /** Servers to be checked from now on. */
  targets(targets: CheckTarget[]): void;
  /** What the log targets of a backend are to be told. */
  log(backend: SnapshotBackend, level: LogLevel, text: string): void;
  /** Sessions that a server has now, by its uid. */
  sessionsOf(uid: string): number;
  /** Requests that wait in the queue of a backend, by its uid. */
  queuedOf(uid: string): number;
}

export class ServerStates {
  /** Grows whenever a state changes, or may, outside {@link adopt}. */
  revision = 0;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #handlers: StateHandlers;
  readonly #overrides: Overrides;
  #entries = new Map<string, Entry>();
  #byName = new Map<string, Entry>();
  /** Of servers, and of backends: these are down while no server takes traffic. */
  readonly #histories: Histories;
  readonly #slowStarts: SlowStarts;

  constructor(options: { clock: Clock; logger: Logger; handlers: StateHandlers }) {
    this.#clock = options.clock;
    this.#log = options.logger;
    this.#handlers = options.handlers;
    this.#overrides = new Overrides(options.clock, () => this.#applyOverrides());
    this.#histories = new Histories(options.clock);
    this.#slowStarts = new SlowStarts(options.clock, (uid) => this.#started(uid));
  }

  /** The states that servers of a version to come would have now. Changes nothing. */
  plan(snapshot: Snapshot): ServerState[] {
    return snapshot.backends.flatMap((backend) => backend.servers.map((server) => this.#enter(backend, server).told));
  }

  /** The states of all servers in force. */
  current(): ServerState[] {
    return [...this.#entries.values()].map(({ told }) => told);
  }

  /** The version is in force, and workers know the states of {@link plan}. What checks found stays with its server. */
  adopt(snapshot: Snapshot): void {
    const before = this.#entries;
    this.#entries = new Map();
    this.#byName = new Map();
    const changed: Entry[] = [];
    for (const backend of snapshot.backends) {
      for (const server of backend.servers) {
        const entry = this.#enter(backend, server, before);
        const old = before.get(server.uid);
        this.#entries.set(server.uid, entry);
        this.#byName.set(nameOf(entry), entry);
        if (old === undefined || nameOf(old) !== nameOf(entry)) changed.push(entry);
        else if (!sameHealth(old.toldHealth, entry.toldHealth)) changed.push(entry);
      }
    }
    this.#overrides.forgetOthers(this.#entries);
    this.#histories.keepOnly(snapshot);
    this.#slowStarts.keepOnly(snapshot);
    this.#noteHistories(this.current());
    const lost = [...before.values()].some((old) => !this.#byName.has(nameOf(old)));
    this.#handlers.targets(this.#targets());
    if (lost) this.#handlers.health(this.health());
    else if (changed.length > 0) this.#tellHealth(changed);
  }

  /** Replaces all overrides. Those that are over already count for nothing. */
  setOverrides(overrides: readonly ServerOverride[]): void {
    this.#overrides.replace(overrides);
    this.#applyOverrides();
  }

  /** The overrides in force. */
  overrides(): ServerOverride[] {
    return this.#overrides.list();
  }

  /** Takes the result of a check. */
  takeCheck(uid: string, up: boolean, result: CheckResult, health: number): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    const turned = entry.up !== up;
    const { logHealthChecks } = entry.backend;
    if (logHealthChecks && (entry.checkedHealth !== health || entry.result?.status !== result.status)) {
      this.#handlers.log(entry.backend, 'notice', describeCheck(nameOf(entry), result, health, entry.server));
    }
    entry.checkedHealth = health;
    if (entry.up && !result.passed) this.#histories.of(uid).failedChecks++;
    if (result.passed || !up) entry.stopping = up && result.status === 'L7OKC';
    entry.up = up;
    entry.result = result;
    this.#refresh([entry]);
    if (!turned) return;
    const usable = this.#usable(entry);
    const text = describeCheckChange(nameOf(entry), up, result, usable, logHealthChecks);
    if (up) this.#log.info(text);
    else this.#log.warn(text);
    this.#handlers.log(entry.backend, up ? 'notice' : 'alert', text);
    if (!up && usable.active + usable.backup === 0) {
      const alarm = `backend ${entry.backend.name} has no server available!`;
      this.#log.error(alarm);
      this.#handlers.log(entry.backend, 'emerg', alarm);
    }
  }

  /** Takes a change that the runtime API makes to one server of this node. */
  change(uid: string, change: RuntimeChange): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#overrides.change(entry, change);
    this.#applyOverrides();
    if (change.checks !== undefined) this.#handlers.targets(this.#targets());
  }

  /** The runtime API says what checks would: it holds until checks come to another end. */
  force(uid: string, health: 'up' | 'stopping' | 'down'): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    entry.up = health !== 'down';
    entry.stopping = health === 'stopping';
    this.#refresh([entry]);
    this.#log.info(describeForcedChange(nameOf(entry), health, this.#usable(entry)));
  }

  /** What workers know of a server; undefined when the version in force has none such. */
  stateOf(uid: string): ServerState | undefined {
    return this.#entries.get(uid)?.told;
  }

  /** What is known of the server with this uid; undefined when the version in force has none such. */
  view(uid: string): ServerView | undefined {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return undefined;
    const { up, stopping, result, admin, changedAt, told } = entry;
    const more = { weight: told.weight, checked: this.#isChecked(entry), usable: isUsable(entry) };
    return { up, stopping, result, admin, changedAt, ...more, history: this.#histories.of(uid) };
  }

  historyOfBackend(uid: string): ServerHistory {
    return this.#histories.of(uid);
  }

  /** Begins all histories anew. */
  clearHistories(): void {
    this.#histories.clear();
  }

  /** The health of all servers. */
  health(): HealthMessage {
    return healthMessage(true, this.#entries.values());
  }

  stop(): void {
    this.#slowStarts.stop();
    this.#overrides.stop();
  }

  #enter(backend: SnapshotBackend, server: SnapshotServer, before: ReadonlyMap<string, Entry> = this.#entries): Entry {
    const old = before.get(server.uid);
    if (old?.backend === backend) return old;
    const identity = identityOf(backend, server);
    const kept = old?.identity === identity ? old : undefined;
    const admin = this.#adminOf({ backend, server });
    // HAProxy brings a server up when it leaves maintenance, one failed check away from down.
    const resumes = kept?.admin === 'maint' && admin !== 'maint';
    const entry = {
      backend,
      server,
      identity,
      up: resumes ? true : (kept?.up ?? true),
      stopping: resumes ? false : (kept?.stopping ?? false),
      result: kept?.result,
      checkedHealth: kept?.checkedHealth ?? -1,
      admin,
      changedAt: old?.changedAt ?? this.#clock.now(),
    };
    return this.#tell(entry, old);
  }

  #tell(entry: Omit<Entry, 'told' | 'toldHealth'>, old: Entry | undefined): Entry {
    const told = this.#stateOf(entry);
    const health = this.#healthOf(entry);
    const moved = old !== undefined && (old.told.state !== told.state || old.admin !== entry.admin);
    const changedAt = moved ? this.#clock.now() : entry.changedAt;
    return { ...entry, changedAt, told, toldHealth: { ...health, changedAt: new Date(changedAt).toISOString() } };
  }

  #adminOf(place: Place): AdminState {
    return this.#overrides.of(place)?.adminState ?? (place.server.disabled ? 'maint' : 'ready');
  }

  #weightOf(place: Place): number {
    return this.#overrides.of(place)?.weight ?? place.server.weight;
  }

  #isChecked(place: Place): boolean {
    return place.server.check && this.#overrides.of(place)?.checks !== false;
  }

  #stateOf(entry: Omit<Entry, 'told' | 'toldHealth'>): ServerState {
    const weight = this.#weightOf(entry);
    const { uid } = entry.server;
    if (entry.admin === 'maint') return { uid, state: 'maint', weight };
    if (!entry.up) return { uid, state: 'down', weight };
    const part = entry.server.slowstart > 0 ? this.#slowStarts.partOf(uid) : 1;
    return {
      uid,
      state: entry.admin === 'drain' || entry.stopping ? 'drain' : 'up',
      weight,
      ...(part < 1 && { part }),
    };
  }

  #healthOf(entry: Omit<Entry, 'told' | 'toldHealth'>): ServerHealth {
    const { admin, result } = entry;
    const checked = entry.up ? (this.#isChecked(entry) ? 'up' : 'no-check') : 'down';
    return {
      state: admin === 'maint' ? 'maint' : checked,
      adminState: admin,
      weight: this.#weightOf(entry),
      checkStatus: result?.status ?? '',
      checkDetail: result === undefined ? '' : describeResult(result),
      checkDurationMs: result?.durationMs ?? 0,
      changedAt: '',
    };
  }

  #applyOverrides(): void {
    // They may concern servers of a version that is being staged.
    this.revision++;
    let maintenanceMoved = false;
    for (const entry of this.#entries.values()) {
      const from = entry.admin;
      entry.admin = this.#adminOf(entry);
      if (from === entry.admin) continue;
      if (from === 'maint') Object.assign(entry, { up: true, stopping: false });
      maintenanceMoved ||= from === 'maint' || entry.admin === 'maint';
    }
    this.#refresh(this.#entries.values());
    if (maintenanceMoved) this.#handlers.targets(this.#targets());
  }

  /** Works out these entries anew and tells what changed. */
  #refresh(entries: Iterable<Entry>): void {
    const states: ServerState[] = [];
    const healths: Entry[] = [];
    const adminChanges: { entry: Entry; from: AdminState }[] = [];
    for (const entry of entries) {
      this.#noteSlowStart(entry);
      const { told, toldHealth, changedAt } = this.#tell(entry, { ...entry, admin: entry.toldHealth.adminState });
      const { state, weight, part } = entry.told;
      if (told.state !== state || told.weight !== weight || told.part !== part) states.push(told);
      if (toldHealth.adminState !== entry.toldHealth.adminState) {
        adminChanges.push({ entry, from: entry.toldHealth.adminState });
      }
      if (!sameHealth(toldHealth, entry.toldHealth)) healths.push(entry);
      Object.assign(entry, { told, toldHealth, changedAt });
    }
    if (states.length > 0) {
      this.revision++;
      this.#handlers.states(states);
      this.#noteHistories(states);
    }
    if (healths.length > 0) this.#tellHealth(healths);
    for (const { entry, from } of adminChanges) {
      const usable = this.#usable(entry);
      const text = describeAdminChange(nameOf(entry), from, entry.admin, entry.up, usable);
      this.#log.info(text);
      this.#handlers.log(entry.backend, 'notice', text);
    }
  }

  /** A server that was down or in maintenance starts slowly; those that are up at the start of the node do not. */
  #noteSlowStart(entry: Entry): void {
    const { uid, slowstart } = entry.server;
    const up = entry.up && entry.admin !== 'maint';
    const wasUp = entry.told.state === 'up' || entry.told.state === 'drain';
    if (!up) this.#slowStarts.end(uid);
    else if (!wasUp) this.#slowStarts.begin(uid, slowstart);
  }

  #started(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry !== undefined) this.#refresh([entry]);
  }

  #tellHealth(entries: Iterable<Entry>): void {
    this.#handlers.health(healthMessage(false, entries));
  }

  #noteHistories(states: readonly ServerState[]): void {
    const backends = new Set<SnapshotBackend>();
    for (const { uid, state } of states) {
      this.#histories.note(uid, state === 'up' || state === 'drain');
      const backend = this.#entries.get(uid)?.backend;
      if (backend !== undefined) backends.add(backend);
    }
    for (const backend of backends) {
      const { active, backup } = this.#countUsable(backend);
      this.#histories.note(backend.uid, active + backup > 0);
    }
  }

  #usable({ backend, server }: Place): Usable {
    const sessions = this.#handlers.sessionsOf(server.uid);
    return { ...this.#countUsable(backend), sessions, queued: this.#handlers.queuedOf(backend.uid) };
  }

  #countUsable(backend: SnapshotBackend): Pick<Usable, 'active' | 'backup'> {
    const entries = backend.servers.map(({ uid }) => this.#entries.get(uid));
    const usable = entries.filter((entry) => entry !== undefined && isUsable(entry) && entry.told.weight > 0);
    const backup = usable.filter((entry) => entry?.server.backup).length;
    return { active: usable.length - backup, backup };
  }

  #targets(): CheckTarget[] {
    const checked = [...this.#entries.values()].filter((entry) => this.#isChecked(entry) && entry.admin !== 'maint');
    return checked.map(checkTargetOf);
  }
}

/** The only way in for a change: one after the other they are checked, stored, numbered and published. */
import { randomBytes } from 'node:crypto';
import { type Clock, timestamp } from '../../shared/clock.ts';
import { SluiceError } from '../../shared/errors.ts';
import { checkReferences } from '../../shared/model/check-references.ts';
import type { Config } from '../../shared/model/config.ts';
import { emptyConfig } from '../../shared/model/empty-config.ts';
import { resolveDefaults } from '../../shared/model/resolve-defaults.ts';
import { canonicalJson, sha256 } from '../../shared/protocol/canonical-json.ts';
import { checkConfigPatterns, type FilesToCheck } from '../patterns/check-patterns.ts';
import type { Store, VersionSummary } from '../store/store.ts';
import { numberRules, settleConfig } from './complete-config.ts';
import { type ConfigDiff, diffConfigs, isEmptyDiff } from './diff-config.ts';
import { type PlanEntry, planOf } from './plan.ts';

/** The version in force at the control plane. */
export interface CurrentVersion {
  readonly version: number;
  readonly config: Config;
  /** SHA-256 of `snapshotJson`. */
  readonly hash: string;
  /** Canonical JSON of the snapshot that nodes carry out. */
  readonly snapshotJson: string;
}

/** Turns the current config into the wanted one; may throw SluiceError to refuse. Gets and gives whole configs. */
export type Edit = (config: Config) => Config | Promise<Config>;

export interface ChangeNote {
  readonly author: string;
  readonly message: string;
}

export interface ChangeResult {
  /** The version now current: a new one, or the old one when nothing changed. */
  readonly current: CurrentVersion;
  readonly changed: boolean;
  readonly plan: readonly PlanEntry[];
}

export interface Published {
  readonly current: CurrentVersion;
  readonly summary: VersionSummary;
  readonly plan: readonly PlanEntry[];
}

export interface ConfigKeeper {
  readonly epoch: string;
  current(): CurrentVersion;
  /** Uid of the resource at a path; "" when there is none. */
  uidOf(path: string): string;
  /** Makes the next version, unless the edit changes nothing. A refused edit throws and leaves everything as it was. */
  change(edit: Edit, note: ChangeNote): Promise<ChangeResult>;
  /** What `change` would do, without doing it; with `assumePatterns` as if all maps and ACL files were there. */
  plan(edit: Edit, assumePatterns?: boolean): Promise<ChangeResult>;
  /** Carries out a step while no change is under way and none can begin. */
  exclusively<Result>(step: () => Promise<Result>): Promise<Result>;
  /** Calls back after every new version, in order, before the change is answered. */
  onPublish(listener: (published: Published) => void): void;
}

interface Prepared {
  readonly next: CurrentVersion;
  readonly diff: ConfigDiff;
  readonly plan: readonly PlanEntry[];
  /** Uids of new resources. */
  readonly uids: ReadonlyMap<string, string>;
}

/** Takes up where the store left off; an empty store gets version 0, the empty config. */
export async function openConfigKeeper(options: {
  store: Store;
  clock: Clock;
  /** The maps and ACL files that a config may name. */
  patterns?: FilesToCheck;
  randomUid?: () => string;
}): Promise<ConfigKeeper> {
  const { store, clock, patterns = noFiles, randomUid = () => randomBytes(9).toString('base64url') } = options;
  const stored = await store.load();
  const uids = new Map(stored.uids);
  const listeners: ((published: Published) => void)[] = [];
  let current: CurrentVersion = {
    version: stored.latest?.version ?? 0,
    config: stored.latest === undefined ? emptyConfig : stored.config,
    ...resolve(stored.config, (path) => uids.get(path) ?? ''),
  };
  let queue: Promise<unknown> = Promise.resolve();

  const note = { author: 'sluice', message: 'the empty config', time: timestamp(clock) };
  if (stored.latest === undefined) {
    const version = { version: 0, hash: current.hash, config: emptyConfig, plan: [], ...note };
    await store.commit({ version, diff: { changes: [], orders: [] }, uids });
  }

  async function prepare(edit: Edit, assumePatterns = false): Promise<Prepared | undefined> {
    const before = current;
    const written = numberRules(await edit(before.config));
    const errors = checkReferences(written);
    if (!assumePatterns) errors.push(...checkConfigPatterns(before.config, written, patterns));
    if (errors.length > 0)
      throw new SluiceError('invalid-config', 'the configuration cannot be carried out', { errors });
    const config = settleConfig(before.config, written);
    const diff = diffConfigs(before.config, config);
    if (isEmptyDiff(diff)) return undefined;
    const fresh = new Map<string, string>();
    for (const change of diff.changes) {
      if (change.before === undefined || !uids.has(change.resource)) fresh.set(change.resource, randomUid());
    }
    const snapshot = resolve(config, (path) => fresh.get(path) ?? uids.get(path) ?? '');
    return { next: { version: before.version + 1, config, ...snapshot }, diff, plan: planOf(diff), uids: fresh };
  }

  async function apply(edit: Edit, { author, message }: ChangeNote): Promise<ChangeResult> {
    const prepared = await prepare(edit);
    if (prepared === undefined) return { current, changed: false, plan: [] };
    const { next, diff, plan } = prepared;
    const summary = { version: next.version, hash: next.hash, author, message, time: timestamp(clock) };
    await store.commit({ version: { ...summary, config: next.config, plan }, diff, uids: prepared.uids });
    for (const change of diff.changes) if (change.after === undefined) uids.delete(change.resource);
    for (const [path, uid] of prepared.uids) uids.set(path, uid);
    current = next;
    for (const listener of listeners) listener({ current, summary, plan });
    return { current, changed: true, plan };
  }

  function inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = queue.then(step);
    queue = result.catch(() => {});
    return result;
  }

  return {
    epoch: store.epoch,
    current: () => current,
    uidOf: (path) => uids.get(path) ?? '',
    change: (edit, meta) => inTurn(() => apply(edit, meta)),
    exclusively: inTurn,
    plan: (edit, assumePatterns) =>
      inTurn(async () => {
        const prepared = await prepare(edit, assumePatterns);
        return { current, changed: prepared !== undefined, plan: prepared?.plan ?? [] };
      }),
    onPublish: (listener) => listeners.push(listener),
  };
}

const noFiles: FilesToCheck = { has: () => false, names: () => [], get: () => undefined };

function resolve(config: Config, uidOf: (path: string) => string): { snapshotJson: string; hash: string } {
  const snapshotJson = canonicalJson(resolveDefaults(config, uidOf));
  return { snapshotJson, hash: sha256(snapshotJson) };
}

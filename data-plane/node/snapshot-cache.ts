/** The snapshot on the node's own disk: what it serves after a restart before, and without, its control plane. */
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { canonicalJson, sha256 } from '../../shared/protocol/canonical-json.ts';
import { type ServerOverride, serverOverrideSchema } from '../../shared/protocol/messages.ts';
import { fits } from '../../shared/validate.ts';
import type { Version } from './activate.ts';

export interface CachedState {
  readonly version: Version;
  readonly overrides: readonly ServerOverride[];
}

/** How long (ms) a state may wait for a newer one before it is written, so that a run of changes costs few fsyncs. */
const gatherFor = 200;

const fileSchema = Type.Object({
  epoch: Type.String(),
  version: Type.Integer({ minimum: 0 }),
  hash: Type.String(),
  overrides: Type.Array(serverOverrideSchema),
  snapshot: Type.Object({ frontends: Type.Array(Type.Object({})), backends: Type.Array(Type.Object({})) }),
});

export class SnapshotCache {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #newest: CachedState | undefined;
  #writtenHash = '';
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: { directory: string; clock: Clock; logger: Logger }) {
    this.#directory = options.directory;
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  /** The last state written, or the one before when that is damaged; undefined when there is neither. */
  async load(): Promise<CachedState | undefined> {
    for (const name of ['snapshot.json', 'snapshot.previous.json']) {
      const path = join(this.#directory, name);
      try {
        const state = parseState(await readFile(path, 'utf8'));
        if (name === 'snapshot.json') this.#writtenHash = state.version.hash;
        return state;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
        this.#log.error({ path, reason: (error as Error).message }, 'the cached snapshot cannot be used');
      }
    }
    return undefined;
  }

  /** Has the state written soon. A failure is logged: the node serves on without. */
  save(state: CachedState): void {
    this.#newest = state;
    if (this.#writing !== undefined) return;
    this.#cancelTimer ??= this.#clock.after(gatherFor, () => void this.flush());
  }

  /** Writes what is still to be written. */
  async flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#newest !== undefined) {
      const state = this.#newest;
      this.#newest = undefined;
      try {
        await this.#write(state);
      } catch (error) {
        this.#log.error({ err: error, directory: this.#directory }, 'the snapshot could not be cached');
      }
    }
  }

  /** Temporary file, fsync, rename, fsync of the directory: at every moment there is one whole snapshot. */
  async #write({ version, overrides }: CachedState): Promise<void> {
    const path = join(this.#directory, 'snapshot.json');
    const temporary = join(this.#directory, 'snapshot.new.json');
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(formatState(version, overrides));
      await file.sync();
    } finally {
      await file.close();
    }
    if (this.#writtenHash !== '' && this.#writtenHash !== version.hash) await this.#keepPrevious(path);
    await rename(temporary, path);
    this.#writtenHash = version.hash;
    const directory = await open(this.#directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  /** The previous snapshot gets a second name first, so that the current name is never missing. */
  async #keepPrevious(path: string): Promise<void> {
    const second = join(this.#directory, 'snapshot.old.json');
    await rm(second, { force: true });
    try {
      await link(path, second);
      await rename(second, join(this.#directory, 'snapshot.previous.json'));
    } catch (error) {
      // Someone removed the file: there is nothing to keep.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

function formatState({ epoch, version, hash, json }: Version, overrides: readonly ServerOverride[]): string {
  const head = JSON.stringify({ epoch, version, hash, overrides });
  return `${head.slice(0, -1)},"snapshot":${json}}\n`;
}

function parseState(text: string): CachedState {
  const file: unknown = JSON.parse(text);
  if (!fits(fileSchema, file)) throw new Error('it does not have the form of a cached snapshot');
  const { epoch, version, hash, overrides } = file;
  const json = canonicalJson(file.snapshot);
  if (sha256(json) !== hash) throw new Error('it does not have the hash it was written with');
  return { version: { epoch, version, hash, json, snapshot: file.snapshot as unknown as Snapshot }, overrides };
}

/** The maps and ACL files of the control plane on the node's own disk: what it starts with before, and without, it. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import { type PatternContents, type PatternKind, patternId } from '../../shared/patterns/pattern-file.ts';
import { sha256 } from '../../shared/protocol/canonical-json.ts';
import { fits } from '../../shared/validate.ts';

export interface CachedPatternFile {
  readonly epoch: string;
  readonly kind: PatternKind;
  readonly name: string;
  readonly revision: number;
  readonly contents: PatternContents;
}

/** How long (ms) a file may wait for more changes before it is written. */
const gatherFor = 200;

const fileSchema = Type.Object({
  epoch: Type.String(),
  kind: Type.Union([Type.Literal('map'), Type.Literal('acl')]),
  name: Type.String(),
  revision: Type.Integer({ minimum: 0 }),
  contents: Type.Array(Type.String()),
});

export class PatternCache {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** What is to be written by id; undefined for a file that is to go. */
  #unwritten = new Map<string, (() => CachedPatternFile) | undefined>();
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: { directory: string; clock: Clock; logger: Logger }) {
    this.#directory = join(options.directory, 'patterns');
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  /** What can be read; what is damaged is told in the log, and the control plane sends it again. */
  async load(): Promise<CachedPatternFile[]> {
    const names = await readdir(this.#directory).catch(() => []);
    const files: CachedPatternFile[] = [];
    for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
      const path = join(this.#directory, name);
      try {
        const file: unknown = JSON.parse(await readFile(path, 'utf8'));
        if (!fits(fileSchema, file)) throw new Error('it does not have the form of a cached file');
        files.push(file);
      } catch (error) {
        this.#log.error({ path, reason: (error as Error).message }, 'a cached map or ACL file cannot be used');
      }
    }
    return files;
  }

  /** Has a file written soon, as it is by then. A failure is logged: the node serves on without. */
  save(kind: PatternKind, name: string, content: () => CachedPatternFile): void {
    this.#note(patternId(kind, name), content);
  }

  remove(kind: PatternKind, name: string): void {
    this.#note(patternId(kind, name), undefined);
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

  #note(id: string, content: (() => CachedPatternFile) | undefined): void {
    this.#unwritten.set(id, content);
    if (this.#writing !== undefined) return;
    this.#cancelTimer ??= this.#clock.after(gatherFor, () => void this.flush());
  }

  async #writeAll(): Promise<void> {
    while (this.#unwritten.size > 0) {
      const batch = this.#unwritten;
      this.#unwritten = new Map();
      for (const [id, content] of batch) {
        try {
          if (content === undefined) await rm(this.#pathOf(id), { force: true });
          else await this.#write(this.#pathOf(id), JSON.stringify(content()));
        } catch (error) {
          this.#log.error({ err: error, directory: this.#directory }, 'a map or ACL file could not be cached');
        }
      }
    }
  }

  #pathOf(id: string): string {
    return join(this.#directory, `${sha256(id)}.json`);
  }

  /** Temporary file, fsync, rename: at every moment there is one whole file. */
  async #write(path: string, text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = `${path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }
}

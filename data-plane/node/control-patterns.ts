/** The maps and ACL files that the control plane gives a node: taken over, acknowledged, cached. */

import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Logger } from '../../shared/logger.ts';
import { PackedEntries } from '../../shared/patterns/packed-entries.ts';
import { type PatternChange, patternId } from '../../shared/patterns/pattern-file.ts';
import { applyChange, PatternList } from '../../shared/patterns/pattern-list.ts';
import type {
  Hello,
  PatternChangesMessage,
  PatternFileMessage,
  PatternFilesMessage,
} from '../../shared/protocol/messages.ts';
import { PatternFileReceiver } from '../../shared/protocol/pattern-transfer.ts';
import type { Reply } from './control-session.ts';
import type { NodePatterns } from './node-patterns.ts';
import type { CachedPatternFile, PatternCache } from './pattern-cache.ts';

/** A file as the control plane has it, without what rules and commands changed on this node. */
interface GivenFile {
  readonly kind: CachedPatternFile['kind'];
  readonly name: string;
  readonly list: PatternList;
  revision: number;
}

export type PatternMessage = PatternFileMessage | PatternChangesMessage | PatternFilesMessage;

export class ControlPatterns {
  readonly #patterns: NodePatterns;
  readonly #cache: PatternCache | undefined;
  readonly #log: Logger;
  readonly #given = new Map<string, GivenFile>();
  /** Identity of the control plane whose revisions these are. */
  #epoch = '';
  #receiver = new PatternFileReceiver();

  constructor(options: { patterns: NodePatterns; cache: PatternCache | undefined; logger: Logger }) {
    this.#patterns = options.patterns;
    this.#cache = options.cache;
    this.#log = options.logger;
  }

  /** Takes what the cache holds. */
  async restore(): Promise<void> {
    for (const { epoch, kind, name, revision, contents } of (await this.#cache?.load()) ?? []) {
      this.#epoch = epoch;
      this.#give(name, revision, PackedEntries.from(kind, contents, 'utf8'));
    }
  }

  /** Both lists share the bytes. */
  #give(name: string, revision: number, entries: PackedEntries): void {
    const { kind } = entries;
    this.#given.set(patternId(kind, name), { kind, name, revision, list: new PatternList(kind, entries) });
    this.#patterns.put(name, entries.as('latin1'));
  }

  /** What a hello says of them; nothing when there are none. */
  hello(): Pick<Hello, 'patternFiles'> {
    if (this.#given.size === 0) return {};
    const files = [...this.#given.values()].map(({ kind, name, revision }) => ({ kind, name, revision }));
    return { patternFiles: { epoch: this.#epoch, files } };
  }

  /** A control plane answers on a new connection. */
  welcomed(epoch: string): void {
    this.#epoch = epoch;
    this.#receiver = new PatternFileReceiver();
  }

  take(message: PatternMessage, reply: Reply): void {
    switch (message.type) {
      case 'pattern-file':
        this.#takePiece(message, reply);
        return;
      case 'pattern-changes':
        this.#takeChanges(message, reply);
        return;
      case 'pattern-files':
        this.#takeDirectory(message, reply);
    }
  }

  #takePiece(message: PatternFileMessage, reply: Reply): void {
    const { kind, name } = message;
    try {
      const file = this.#receiver.receive(message);
      if (file === undefined) return;
      const { revision, entries } = file;
      this.#give(name, revision, entries);
      this.#save(kind, name);
      this.#acknowledge(revision, reply);
    } catch (error) {
      this.#log.error({ err: error, kind, name }, 'a map or ACL file cannot be received');
      reply({ type: 'pattern-miss', kind, name });
    }
  }

  #takeChanges({ kind, name, from, revision, changes }: PatternChangesMessage, reply: Reply): void {
    const given = this.#given.get(patternId(kind, name));
    const file = this.#patterns.find(kind, name);
    if (given === undefined || file === undefined || given.revision !== from) {
      reply({ type: 'pattern-miss', kind, name });
      return;
    }
    given.revision = revision;
    for (const change of changes) {
      applyChange(given.list, change);
      this.#patterns.change(file, inBytes(change));
    }
    this.#save(kind, name);
    this.#acknowledge(revision, reply);
  }

  #takeDirectory({ files, revision }: PatternFilesMessage, reply: Reply): void {
    const wanted = new Set(files.map(({ kind, name }) => patternId(kind, name)));
    for (const [id, { kind, name }] of this.#given) {
      if (wanted.has(id)) continue;
      this.#given.delete(id);
      this.#cache?.remove(kind, name);
    }
    this.#patterns.keepOnly(wanted);
    this.#acknowledge(revision, reply);
  }

  #save(kind: GivenFile['kind'], name: string): void {
    const epoch = this.#epoch;
    const given = this.#given.get(patternId(kind, name)) as GivenFile;
    this.#cache?.save(kind, name, () => ({
      epoch,
      kind,
      name,
      revision: given.revision,
      contents: given.list.contents(),
    }));
  }

  #acknowledge(revision: number, reply: Reply): void {
    this.#patterns.whenApplied(() => reply({ type: 'pattern-ack', revision }));
  }
}

function inBytes(change: PatternChangesMessage['changes'][number]): PatternChange {
  return change[0] === 'del' ? ['del', toBytes(change[1])] : [change[0], toBytes(change[1]), toBytes(change[2])];
}

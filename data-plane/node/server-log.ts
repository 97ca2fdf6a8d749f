/** Tells the log targets of backends what becomes of their servers. */

import { toBytes } from '../../shared/language/regular-expression.ts';
import type { SnapshotBackend } from '../../shared/model/snapshot.ts';
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import { compileLogTargets, type LogTargets, levelNumber } from '../report/syslog.ts';

export class ServerLog {
  /** Made when a backend of a version first has something to tell. */
  readonly #targets = new WeakMap<SnapshotBackend, LogTargets>();

  write(backend: SnapshotBackend, level: LogLevel, text: string): void {
    if (backend.log === null) return;
    let targets = this.#targets.get(backend);
    if (targets === undefined) {
      targets = compileLogTargets(backend.log, process.pid);
      this.#targets.set(backend, targets);
    }
    targets.send(levelNumber(level), toBytes(text));
  }
}

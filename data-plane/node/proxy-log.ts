/** Tells the log targets of proxies what becomes of them and of their servers. */
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Snapshot, SnapshotLogTargets } from '../../shared/model/snapshot.ts';
import type { LogLevel } from '../../shared/model/vocabulary.ts';
import { compileLogTargets, type LogTargets, levelNumber } from '../report/syslog.ts';
import type { Totals } from './totals.ts';

/** A frontend or backend of a snapshot. */
interface LoggedProxy {
  readonly log: SnapshotLogTargets | null;
}

export class ProxyLog {
  /** Made when a proxy of a version first has something to tell. */
  readonly #targets = new WeakMap<LoggedProxy, LogTargets>();

  write(proxy: LoggedProxy, level: LogLevel, text: string): void {
    if (proxy.log === null) return;
    let targets = this.#targets.get(proxy);
    if (targets === undefined) {
      targets = compileLogTargets(proxy.log, process.pid);
      this.#targets.set(proxy, targets);
    }
    targets.send(levelNumber(level), toBytes(text));
  }
}

/** HAProxy's last words about each proxy, with the connections and sessions it had; a frontend and a backend of one name are one. */
export function* tellStopped(snapshot: Snapshot, totals: Totals): Generator<{ proxy: LoggedProxy; text: string }> {
  const backends = new Map(snapshot.backends.map((backend) => [backend.name, backend]));
  const text = (name: string, connections: number, sessions: number) =>
    `Proxy ${name} stopped (cumulated conns: FE: ${connections}, BE: ${sessions}).`;
  for (const frontend of snapshot.frontends) {
    const backend = backends.get(frontend.name);
    backends.delete(frontend.name);
    const sessions = backend === undefined ? 0 : totals.of(backend.uid).total.sessions;
    yield { proxy: frontend, text: text(frontend.name, totals.of(frontend.uid).total.connections, sessions) };
  }
  for (const backend of backends.values()) {
    yield { proxy: backend, text: text(backend.name, 0, totals.of(backend.uid).total.sessions) };
  }
}

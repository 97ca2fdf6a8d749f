/** What a node and its control plane have to say to each other. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { HealthMessage, Hello } from '../../shared/protocol/messages.ts';
import type { ReceivedSnapshot } from '../../shared/protocol/snapshot-transfer.ts';
import type { Version } from './activate.ts';
import type { ControlPatterns } from './control-patterns.ts';
import type { ControlSession, Reply } from './control-session.ts';
import type { NodePatterns } from './node-patterns.ts';
import type { PatternCache } from './pattern-cache.ts';
import type { ServerStates } from './server-states.ts';
import type { Totals } from './totals.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ControlLinkOptions {
  /** ws:// or wss:// address of the control plane. */
  readonly controlPlane: string;
  /** "" for none. */
  readonly token: string;
  readonly node: string;
  /** Where this node keeps maps and ACL files; undefined for nowhere. */
  readonly directory: string | undefined;
  readonly software: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly pool: WorkerPool;
  readonly states: ServerStates;
  readonly totals: Totals;
  readonly patterns: NodePatterns;
  /** The version in force, and where it came from. */
  readonly running: () => Version | undefined;
  readonly source: () => Hello['source'];
  readonly draining: () => boolean;
  readonly onSnapshot: (received: ReceivedSnapshot, reply: Reply) => void;
  readonly onOverrides: () => void;
  /** The control plane asks the node to stop. */
  readonly onDrain: () => void;
}

export class ControlLink {
  readonly #options: ControlLinkOptions;
  readonly #bootId = randomUUID();
  readonly #session: ControlSession;
  readonly #patterns: ControlPatterns;
  readonly #patternCache: PatternCache | undefined;
  #sequence = 0;

  /** Files of the cache are in place when it resolves; nothing is connected yet. */
  static async open(options: ControlLinkOptions): Promise<ControlLink> {
    const { directory, clock, logger, patterns, controlPlane, node, token, random, states } = options;
    // Only a node with a control plane needs these: their schemas would double the time of a start without.
    const { ControlSession, nodeUrl } = await import('./control-session.ts');
    const { ControlPatterns } = await import('./control-patterns.ts');
    let cache: PatternCache | undefined;
    if (directory !== undefined) {
      const { PatternCache } = await import('./pattern-cache.ts');
      cache = new PatternCache({ directory, clock, logger });
    }
    const controlPatterns = new ControlPatterns({ patterns, cache, logger });
    await controlPatterns.restore();
    const session = new ControlSession({
      url: nodeUrl(controlPlane, node),
      token,
      clock,
      random,
      logger,
      handlers: {
        hello: () => link.#hello(),
        welcomed: (epoch) => {
          controlPatterns.welcomed(epoch);
          link.#report();
        },
        patterns: (message, reply) => controlPatterns.take(message, reply),
        snapshot: options.onSnapshot,
        overrides: (overrides) => {
          states.setOverrides(overrides);
          options.onOverrides();
        },
        drain: () => {
          logger.info('the control plane asks this node to stop');
          options.onDrain();
        },
      },
    });
    const link = new ControlLink(options, session, controlPatterns, cache);
    return link;
  }

  private constructor(
    options: ControlLinkOptions,
    session: ControlSession,
    patterns: ControlPatterns,
    patternCache: PatternCache | undefined,
  ) {
    this.#options = options;
    this.#session = session;
    this.#patterns = patterns;
    this.#patternCache = patternCache;
  }

  /** Connects, and goes on doing so. */
  start(): void {
    this.#session.start();
  }

  async stop(): Promise<void> {
    await this.#session.stop('the node stops');
    await this.#patternCache?.flush();
  }

  sendHealth(message: HealthMessage): void {
    this.#session.send(message);
  }

  sendStatus(): void {
    const { pool, draining } = this.#options;
    this.#session.send({ type: 'status', workers: pool.status(), draining: draining() });
  }

  sendCounters(): void {
    const version = this.#options.running();
    if (version === undefined || !this.#session.connected) return;
    const named = this.#options.totals.byName(version.snapshot);
    this.#session.send({ type: 'counters', bootId: this.#bootId, sequence: ++this.#sequence, ...named });
  }

  #hello(): Hello {
    const { node: nodeId, software, pool, running, source } = this.#options;
    const { epoch = '', version = 0, hash = '' } = running() ?? {};
    return {
      type: 'hello',
      nodeId,
      bootId: this.#bootId,
      software,
      workers: pool.size,
      running: { epoch, version, hash },
      source: source(),
      ...this.#patterns.hello(),
    };
  }

  /** All a control plane that has just connected does not know yet. */
  #report(): void {
    this.#session.send(this.#options.states.health());
    this.sendStatus();
    this.sendCounters();
  }
}

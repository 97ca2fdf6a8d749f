/** What routes work with: the parts of the control plane, handed in once. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/logger.ts';
import type { ConfigKeeper } from '../config/change-config.ts';
import type { EventLog } from '../events/event-log.ts';
import type { NodeHub } from '../nodes/node-hub.ts';
import type { OverrideBook } from '../nodes/override-book.ts';
import type { PatternBook } from '../patterns/pattern-book.ts';
import type { Store } from '../store/store.ts';
import type { TokenBook } from './token-book.ts';

export interface Context {
  readonly keeper: ConfigKeeper;
  readonly hub: NodeHub;
  readonly overrides: OverrideBook;
  readonly patterns: PatternBook;
  readonly tokens: TokenBook;
  readonly events: EventLog;
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether other machines can reach the API. */
  readonly exposed: () => boolean;
}

export type App = FastifyInstance;
export type Request = FastifyRequest;
export type Reply = FastifyReply;
export type Params = Readonly<Record<string, string>>;

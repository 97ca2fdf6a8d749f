/** What a proxy is to the benchmark: something that can be started over the origin and whose processes are measured. */
import type { Child } from '../../lab/child.ts';
import type { Origin } from './origin.ts';

export interface ProxyOptions {
  origin: Origin;
  /** A folder of its own, which exists. */
  folder: string;
  port: number;
  /** Threads or worker processes that carry traffic. */
  workers: number;
  /** More lines for the frontend; none for most rows. */
  lines: readonly string[];
}

export interface ProxyProgram {
  name: string;
  /** Whether it can be given lines of a haproxy.cfg. */
  takesLines?: boolean;
  /** Why it cannot be measured here; undefined when it can. */
  missing(): string | undefined;
  /** Starts it over the origin; everything it needs ends with the stack. The cost is that of the program answered. */
  start(stack: AsyncDisposableStack, options: ProxyOptions): Promise<Child>;
}

/** What of two outcomes must be the same. */
import type { Message } from './messages.ts';
import type { ConnectionOutcome, Outcome } from './run-sites.ts';

export interface Difference {
  readonly connection: number;
  /** What differs: "answer 0", "received 1" or "log". */
  readonly what: string;
  readonly haproxy: unknown;
  readonly sluice: unknown;
}

/** Fields that tell of one connection only, and are each proxy's own business. */
const ofConnection = /^(?:connection|keep-alive|proxy-connection): /;

/**
 * Fields of one name keep their order; that of names is free (RFC 9110 section 5.3). Versions are left out: Sluice says its own, as it
 * must (section 2.5), HAProxy that of the other side.
 */
function comparable({ line, fields, body }: Message): unknown {
  const name = (field: string) => field.slice(0, field.indexOf(':'));
  // White space around a value is no part of it; an answer without a body needs no length.
  const bodiless = /^HTTP\/1\.[01] (?:204|304) /.test(line);
  const kept = fields
    .filter((field) => !ofConnection.test(field) && !(bodiless && field === 'content-length: 0'))
    .map((field) => field.trimEnd().replace(/:$/, ': '));
  return { line: line.replace(/^HTTP\/1\.[01] | HTTP\/1\.[01]$/, ''), fields: kept.toSorted((one, other) => (name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : 0)), body };
}

function comparableExchange({ answers, received }: Outcome): unknown {
  return {
    answers: answers.map(comparable),
    received: received.map((message) => ({
      server: message.server,
      ...(comparable({ ...message, line: message.line.replace(/^(\S+) http:\/\/[^/?# ]*\/?/, '$1 /') }) as object),
    })),
  };
}

/** The first difference of a connection; undefined where there is none. What follows it may only be its consequence. */
export function compareConnections(
  connection: number,
  haproxy: ConnectionOutcome,
  sluice: ConnectionOutcome,
): Difference | undefined {
  for (const [index, expected] of haproxy.exchanges.entries()) {
    const actual = sluice.exchanges[index] ?? { answers: [], received: [] };
    const [one, other] = [comparableExchange(expected), comparableExchange(actual)];
    if (!same(one, other)) return { connection, what: `exchange ${index}`, haproxy: one, sluice: other };
  }
  const lines = haproxy.log.map(withVisibleControls);
  if (same(lines, sluice.log)) return undefined;
  return { connection, what: 'log', haproxy: lines, sluice: sluice.log };
}

/** HAProxy writes control characters of samples as they are; in Sluice none can end a line and begin another. */
function withVisibleControls(line: string): string {
  const shown = (character: string) => `#${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return line.replaceAll(/[\x00-\x1f\x7f](?!$)/g, shown);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

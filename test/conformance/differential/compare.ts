/** What of two outcomes must be the same. */
import { findKnownDifference, mayHaveClosedEarly } from './known-differences.ts';
import type { Message } from './messages.ts';
import type { ConnectionOutcome, Outcome, SiteOutcome } from './run-sites.ts';
import { placesOfSite, type Site } from './site.ts';

export interface Difference {
  /** -1 for the site as a whole. */
  readonly connection: number;
  /** What differs: "exchange 1" or "log". */
  readonly what: string;
  readonly haproxy: unknown;
  readonly sluice: unknown;
}

/** Fields that tell of one connection only, and are each proxy's own business. */
const ofConnection = /^(?:connection|keep-alive|proxy-connection|te): /;

/**
 * Fields of one name keep their order; that of names is free (RFC 9110 section 5.3). Versions are left out: Sluice says its
 * own, as it must (section 2.5), HAProxy that of the other side. White space around a value is no part of it, and an answer
 * that has no body needs no length.
 */
function comparable({ line, fields, body }: Message): Message {
  const bodiless = /^HTTP\/1\.[01] (?:204|304) /.test(line);
  const name = (field: string) => field.slice(0, field.indexOf(':'));
  const kept = fields
    .filter((field) => !ofConnection.test(field) && !(bodiless && field === 'content-length: 0'))
    .map((field) => field.trimEnd().replace(/:$/, ': '))
    .sort((one, other) => (name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : 0));
  return { line: line.replace(/^HTTP\/1\.[01] | HTTP\/1\.[01]$/, ''), fields: kept, body };
}

/** Where a cookie is captured, HAProxy tidies all of them. */
function comparableExchange({ answers, received }: Outcome, site: Site): Outcome {
  const tidies = site.frontend.some((text) => text.startsWith('capture cookie'));
  const tidied = (message: Message) =>
    tidies
      ? { ...message, fields: message.fields.map((field) => field.replaceAll(/(?<=^(?:set-)?cookie:.*) +;/g, ';')) }
      : message;
  return {
    answers: answers.map((message) => tidied(comparable(message))),
    received: received.map((message) => ({
      server: message.server,
      ...tidied(comparable(message)),
    })),
  };
}

/** The first difference of a site; undefined where there is none. */
export function compareSites(
  site: Site,
  haproxy: SiteOutcome,
  sluice: SiteOutcome,
  noteKnown: (name: string) => void,
): Difference | undefined {
  if (sluice === 'crashed') return { connection: -1, what: 'crash', haproxy: '', sluice };
  if (haproxy === 'crashed') {
    noteKnown('HAProxy crashes');
    return undefined;
  }
  // Behind a known difference servers may be in another turn.
  let isKnown = false;
  const note = (name: string) => {
    isKnown = true;
    noteKnown(name);
  };
  for (const number of site.connections.keys()) {
    const expected = haproxy[number] ?? untouched;
    const difference = compareConnections(number, site, expected, sluice[number] ?? untouched, note);
    if (difference !== undefined || isKnown) return difference;
  }
  return undefined;
}

/**
 * The first difference of a connection; undefined where there is none. What follows it may only be its consequence.
 * `noteKnown` is told the name of a difference that is meant to be.
 */
function compareConnections(
  number: number,
  site: Site,
  haproxy: ConnectionOutcome,
  sluice: ConnectionOutcome,
  noteKnown: (name: string) => void,
): Difference | undefined {
  const exchanges = site.connections[number] ?? [];
  for (const [index, exchange] of exchanges.entries()) {
    const expected = haproxy.exchanges[index] ?? nothing;
    const actual = sluice.exchanges[index] ?? nothing;
    const [one, other] = [comparableExchange(expected, site), comparableExchange(actual, site)];
    if (same(withPathsAlone(one), withPathsAlone(other))) continue;
    const known = findKnownDifference({ exchange, before: exchanges[index - 1], haproxy: one, sluice: other, site });
    if (known === undefined) return { connection: number, what: `exchange ${index}`, haproxy: one, sluice: other };
    noteKnown(known);
    return undefined;
  }
  const lines = haproxy.log.map(withVisibleControls);
  if (same(lines, sluice.log)) return undefined;
  if (lines.length === sluice.log.length && lines.every((line, at) => isKnownLine(line, sluice.log[at] ?? ''))) {
    noteKnown('the log of a request that content rules reject');
    return undefined;
  }
  if (
    lines.length === sluice.log.length &&
    hints(site) &&
    same(lines.map(withoutStatus), sluice.log.map(withoutStatus))
  ) {
    noteKnown('the status of a request that was given hints and no answer');
    return undefined;
  }
  if (lines.length !== sluice.log.length && mayHaveClosedEarly(exchanges, haproxy)) {
    noteKnown('the connection after a body that was answered early');
    return undefined;
  }
  return { connection: number, what: 'log', haproxy: lines, sluice: sluice.log };
}

const hints = (site: Site) => placesOfSite(site).some(({ text }) => text.startsWith('http-request early-hint '));

/** HAProxy logs 0 for it, Sluice -1 as for any request without an answer. */
function withoutStatus(line: string): string {
  return line.replaceAll(/(?<![0-9])(?:-1|0)(?![0-9])/g, '?');
}

/** Lines of requests that content rules reject: HAProxy has read them all the same, and knows the method. */
function isKnownLine(haproxy: string, sluice: string): boolean {
  return haproxy === sluice || (haproxy.includes('<BADREQ>') && sluice.includes('<BADREQ>'));
}

/** HAProxy passes absolute targets on as they came, Sluice the path alone (RFC 9112 section 3.2). */
function withPathsAlone({ answers, received }: Outcome): unknown {
  const path = (line: string) => line.replace(/^(\S+) [a-z]+:\/\/[^/?# ]*\/?/i, '$1 /');
  return [answers, received.map((message) => ({ ...message, line: path(message.line) }))];
}

const nothing: Outcome = { answers: [], received: [] };
const untouched: ConnectionOutcome = { exchanges: [], log: [] };

/** HAProxy writes control characters of samples as they are; in Sluice none can end a line and begin another. */
function withVisibleControls(line: string): string {
  const shown = (character: string) => `#${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return line.replaceAll(/[\x00-\x1f\x7f](?!$)/g, shown);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

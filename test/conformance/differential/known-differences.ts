/** Where Sluice means to do something else than HAProxy, and why. Each is looked for by what it looks like. */
import type { ConnectionOutcome, Outcome } from './run-sites.ts';
import { type Exchange, placesOfSite, type Site } from './site.ts';

interface Case {
  readonly exchange: Exchange;
  /** The exchange before it on the same connection. */
  readonly before: Exchange | undefined;
  /** With what is not compared left out. */
  readonly haproxy: Outcome;
  readonly sluice: Outcome;
  readonly site: Site;
}

interface KnownDifference {
  readonly name: string;
  readonly reason: string;
  readonly applies: (found: Case) => boolean;
}

const legalLine = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+ (?:\*|(?:\/|[a-z]+:\/\/)[\x21-\x7e]*)$/;

/** Whether a message holds what no message may: a request line in pieces, control characters in a field. */
function isIllegal({ answers, received }: Outcome): boolean {
  const fields = [...answers, ...received].flatMap((message) => message.fields);
  return (
    received.some(({ line }) => !legalLine.test(line)) ||
    fields.some((field) =>
      /[\x00-\x08\x0a-\x1f\x7f]|^host: (?!(?:\[[0-9A-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::[0-9]*)?$)/.test(field),
    )
  );
}

/** Whether a request went to a server with an authority that the client did not ask for: the path ran into it. */
function isRunTogether({ exchange, haproxy }: Case): boolean {
  const asked = /:\/\/([^/?#]*)/.exec(exchange.line)?.[1];
  return haproxy.received.some(({ line }) => {
    const sent = /^\S+ [a-z]+:\/\/([^/?# ]*)/.exec(line)?.[1];
    return sent !== undefined && sent !== asked && sent !== 'other:81';
  });
}

/** Whether a rule may have made a malformed target or Host, which another one put right or nobody saw: HAProxy looks at it in the end. */
function isPassing({ site, haproxy, sluice }: Case): boolean {
  const isError = ({ answers }: Outcome) => {
    const last = answers.at(-1);
    return last?.line.startsWith('500 ') === true || last?.body.includes('500 Internal Server Error') === true;
  };
  const edits = /^http-request (?:(?:set|replace)-(?:uri|path|pathq|query)|(?:set|replace)-(?:header|value) Host) /;
  return isError(sluice) && !isError(haproxy) && placesOfSite(site).some(({ text }) => edits.test(text));
}

/** Whether the client got more than interim answers. */
function hasAnswer({ answers }: Outcome): boolean {
  return answers.some(({ line }) => !line.startsWith('1'));
}

/** The answers without what says how long they are, and without fields that only chunks can have behind them. */
function unframed({ answers }: Outcome): string {
  const framing = /^(?:transfer-encoding|content-length|connection): /;
  return JSON.stringify(
    answers.map(({ line, fields, body }) => [
      line,
      fields.filter((field) => !framing.test(field)).sort(),
      body.replace(/ \([a-z-]+: .*\)$/, ''),
    ]),
  );
}

function hasHost({ received }: Outcome): boolean {
  return received.every(({ fields }) => fields.some((field) => field.startsWith('host:')));
}

const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'what a rule wrote is no HTTP',
    reason: 'Sluice checks what a rule puts into a head, and answers 500 where HAProxy sends it as it is',
    applies: (found) =>
      (isIllegal(found.haproxy) && !isIllegal(found.sluice)) || isRunTogether(found) || isPassing(found),
  },
  {
    name: 'an answer with content that gets a status without',
    reason: 'HAProxy gives up its own answer for that of an internal error; Sluice leaves the content out',
    applies: ({ site, haproxy, sluice }) =>
      /^(?:204|304) /.test(haproxy.answers.at(-1)?.line ?? '') &&
      haproxy.answers.at(-1)?.line === sluice.answers.at(-1)?.line &&
      placesOfSite(site).some(({ text }) => /^http-after-response set-status (?:204|304)/.test(text)),
  },
  {
    name: 'an empty field in an answer to a response',
    reason:
      'HAProxy closes the connection without a word; Sluice leaves the field out, as both do in answers to requests',
    applies: ({ site, haproxy, sluice }) =>
      !hasAnswer(haproxy) &&
      hasAnswer(sluice) &&
      placesOfSite(site).some(({ text }) => /^http-response (?:deny|return) .*\bhdr .*%/.test(text)),
  },
  {
    name: 'chunks for a client of HTTP/1.0',
    reason: 'HAProxy passes Transfer-Encoding on to clients of HTTP/1.0, which RFC 9112 section 6.1 forbids',
    applies: ({ exchange, haproxy, sluice }) =>
      exchange.line.endsWith('HTTP/1.0') && unframed(haproxy) === unframed(sluice),
  },
  {
    name: 'how a response without content is framed',
    reason:
      'A response that had no content and gets another status is chunked by HAProxy, and has a length of 0 in Sluice',
    applies: ({ exchange, haproxy, sluice, site }) =>
      (/ (?:204|304) /.test(exchange.answer.line) ||
        placesOfSite(site).some(({ text }) => /status (?:204|304)/.test(text))) &&
      unframed(haproxy) === unframed(sluice),
  },
  {
    name: 'a Host that a rule has removed',
    reason:
      'HAProxy sends a URI that a rule has set without Host, which RFC 9112 section 3.2 forbids; Sluice says its authority',
    applies: ({ site, haproxy, sluice }) =>
      placesOfSite(site).some(({ text }) => /^http-request (?:set|replace)-uri /.test(text)) &&
      hasHost(sluice) &&
      !hasHost(haproxy),
  },
  {
    name: 'a request that is not sent again',
    reason:
      'Sluice sends one again only where that is safe: when it is idempotent, and its body is all in the first read',
    applies: ({ exchange, site, haproxy, sluice }) =>
      (!/^(?:GET|HEAD|OPTIONS|PUT|DELETE|TRACE) /.test(exchange.line) || exchange.body !== '') &&
      placesOfSite(site).some(({ text }) => text.startsWith('retry-on ')) &&
      haproxy.received.length > sluice.received.length,
  },
  {
    name: 'a method that HAProxy has no number for',
    reason:
      'Once a rule has set another, HAProxy has that for its text and still none for its number: METH_POST is false then',
    applies: ({ exchange, site }) =>
      /^(?:PATCH|PURGE) /.test(exchange.line) &&
      placesOfSite(site).some(({ text }) => text.startsWith('http-request set-method ')),
  },
  {
    name: 'sums below zero',
    reason: 'HAProxy 2.6.12 takes the sum of two negative numbers for one that is too large',
    applies: ({ site }) => placesOfSite(site).some(({ text }) => /,(?:add|sub)\(/.test(text)),
  },
  {
    name: 'a server that is rejected as soon as it is connected to',
    reason: 'HAProxy may reject it before the request has left; Sluice sends the request with the connection',
    applies: ({ site, haproxy, sluice }) =>
      placesOfSite(site).some(({ text }) => /^tcp-response content (?:reject|silent-drop)/.test(text)) &&
      !hasAnswer(haproxy) &&
      !hasAnswer(sluice) &&
      haproxy.received.length < sluice.received.length,
  },
  {
    name: 'the host of a request without a Host field',
    reason: 'Where a target has an authority, Sluice takes that for the host; HAProxy has none',
    applies: ({ exchange, haproxy, sluice }) =>
      !exchange.fields.some((field) => field.startsWith('Host:')) &&
      JSON.stringify(haproxy).replaceAll('https:///', 'https://other:81/') === JSON.stringify(sluice),
  },
  {
    name: 'the connection after a body that was answered early',
    reason: 'Who answers before the whole body has been read may close or read on; the two do so in different cases',
    applies: ({ before, haproxy, sluice }) =>
      (haproxy.answers.length === 0) !== (sluice.answers.length === 0) && before !== undefined && before.body !== '',
  },
];

/**
 * Whether a request may have met a connection that one program had closed behind a body that was answered early: it is in the
 * log of the other alone.
 */
export function mayHaveClosedEarly(
  exchanges: readonly Exchange[],
  { exchanges: outcomes }: ConnectionOutcome,
): boolean {
  return exchanges.some(
    ({ body }, index) => body !== '' && outcomes[index]?.received.length === 0 && index + 1 < exchanges.length,
  );
}

/** The name of a known difference that this is; undefined for one that must not be. */
export function findKnownDifference(found: Case): string | undefined {
  return knownDifferences.find(({ applies }) => applies(found))?.name;
}

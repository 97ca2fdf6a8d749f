/** Makes a failing site as small as it can be: every smaller one is tried at the same time, round after round. */
import { temporaryFolder } from '../../support/node-harness.ts';
import { compareSites, type Difference } from './compare.ts';
import type { Program } from './program.ts';
import { keepTaken } from './refusals.ts';
import { findPorts, runSites, type SiteOutcome } from './run-sites.ts';
import { type Exchange, type Place, placesOfSite, type Site, withoutLines } from './site.ts';

/** Both programs, HAProxy first. */
export type Pair = readonly [Program, Program];

/** The first difference of each site; undefined where there is none. */
export async function findDifferences(
  programs: Pair,
  sites: readonly Site[],
  noteKnown: (name: string) => void = () => {},
): Promise<(Difference | undefined)[]> {
  if (sites.length === 0) return [];
  const ports = await findPorts(sites.length);
  const haproxy = await runSites(programs[0], sites, ports);
  const sluice = await runSites(programs[1], sites, ports);
  return sites.map((site, index) =>
    compareSites(site, haproxy[index] as SiteOutcome, sluice[index] as SiteOutcome, noteKnown),
  );
}

/** The smallest sites found that still differ, in the order of those given. */
export async function shrink(programs: Pair, given: readonly Site[]): Promise<Site[]> {
  const sites = given.map(withoutEmptyLines);
  let left = sites.map((_site, index) => index);
  for (let round = 0; round < 60 && left.length > 0; round++) {
    const variants = keepTaken(
      programs[0].command,
      await temporaryFolder(),
      left.flatMap((index) => smallerSites(sites[index] as Site).map((site) => ({ index, site }))),
    );
    const differences = await findDifferences(
      programs,
      variants.map(({ site }) => site),
    );
    const failing = variants.filter((_variant, number) => differences[number] !== undefined);
    left = left.filter((index) => {
      const own = failing.filter((variant) => variant.index === index).map(({ site }) => site);
      const [smallest] = own.toSorted((one, other) => sizeOf(one) - sizeOf(other));
      if (smallest !== undefined) sites[index] = smallest;
      return smallest !== undefined;
    });
  }
  return sites;
}

/** Empty lines have kept the places of others; here they would only be in the way. */
function withoutEmptyLines(site: Site): Site {
  const kept = (lines: readonly string[]) => lines.filter((text) => text !== '');
  return {
    ...site,
    defaults: kept(site.defaults),
    backendDefaults: kept(site.backendDefaults),
    frontend: kept(site.frontend),
    backends: site.backends.map(kept),
  };
}

function sizeOf(site: Site): number {
  return JSON.stringify(site).length;
}

/** Large steps as long as there is much to take away. */
function smallerSites(site: Site): Site[] {
  const places = placesOfSite(site).filter(({ text }) => !/^(?:server s1|log-format|option httplog)/.test(text));
  if (site.connections.length > 1)
    return site.connections.map((connection) => ({ ...site, connections: [connection] }));
  if (places.length > 12) {
    const size = Math.ceil(places.length / 8);
    const parts = Array.from({ length: 8 }, (_, part) => less(site, places.slice(part * size, (part + 1) * size)));
    return [...parts, ...places.map((place) => less(site, [place]))];
  }
  return [...places.map((place) => less(site, [place])), ...withLessTraffic(site), ...withShorterLines(site)];
}

function less(site: Site, places: readonly Place[]): Site {
  return withoutEmptyLines(withoutLines(site, places));
}

/** Without a connection, an exchange, a field. */
function withLessTraffic(site: Site): Site[] {
  const smaller: Site[] = [];
  const { connections } = site;
  const replaced = (index: number, connection: readonly Exchange[]) =>
    smaller.push({ ...site, connections: connections.with(index, connection) });
  for (const [index, connection] of connections.entries()) {
    if (connections.length > 1) smaller.push({ ...site, connections: connections.toSpliced(index, 1) });
    for (const [number, exchange] of connection.entries()) {
      if (connection.length > 1) replaced(index, connection.toSpliced(number, 1));
      for (const less of smallerExchanges(exchange)) replaced(index, connection.with(number, less));
    }
  }
  return smaller;
}

function smallerExchanges(exchange: Exchange): Exchange[] {
  const { fields, answer } = exchange;
  const isFraming = (field: string) => /^(?:Content-Length|Transfer-Encoding|Host):/.test(field);
  return [
    { ...exchange, fields: fields.filter((field) => field.startsWith('Host:')), body: '' },
    { ...exchange, answer: { line: 'HTTP/1.1 200 OK', fields: ['Content-Length: 0'], body: '', closes: false } },
    { ...exchange, fields: fields.filter((field) => !isFraming(field) || field.startsWith('Host:')), body: '' },
    ...fields.flatMap((field, at) => (isFraming(field) ? [] : [{ ...exchange, fields: fields.toSpliced(at, 1) }])),
    ...answer.fields.flatMap((field, at) =>
      isFraming(field) ? [] : [{ ...exchange, answer: { ...answer, fields: answer.fields.toSpliced(at, 1) } }],
    ),
  ].filter((each) => JSON.stringify(each) !== JSON.stringify(exchange));
}

/** Lines without their conditions, or without one of their converters. */
function withShorterLines(site: Site): Site[] {
  return placesOfSite(site).flatMap((place) => {
    const shorter = [
      ...[...place.text.matchAll(/ (?:if|unless) /g)].map(({ index }) => place.text.slice(0, index)),
      ...[...place.text.matchAll(/,[a-z0-9_-]+(?:\([^()]*\))?(?=[\],"' ]|$)/g)].map(
        ({ index, 0: text }) => place.text.slice(0, index) + place.text.slice(index + text.length),
      ),
    ];
    return shorter.map((text) => withLine(site, place, text));
  });
}

function withLine(site: Site, { part, at }: Place, text: string): Site {
  const changed = (name: string, lines: readonly string[]) => (name === part ? lines.with(at, text) : lines);
  return {
    ...site,
    defaults: changed('defaults', site.defaults),
    backendDefaults: changed('backendDefaults', site.backendDefaults),
    frontend: changed('frontend', site.frontend),
    backends: site.backends.map((lines, number) => changed(`backend ${number}`, lines)),
  };
}

/** Which lines each program refuses: they go, until both take the file. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findConfigViolations } from '../../../shared/haproxy-cfg/find-config-violations.ts';
import { readHaproxyCfg } from '../../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { contentOf, writeFiles } from './files.ts';
import { type CfgFile, type Place, type Ports, placesOfSite, type Site, withoutLines, writeFileOf } from './site.ts';

/** A line of which the two think differently. */
export interface Refusal {
  readonly line: string;
  readonly by: 'HAProxy' | 'Sluice';
  readonly message: string;
}

/** Alerts by the number of their line from 1. Those about a proxy as a whole are at the line that its section begins with. */
type Alerts = ReadonlyMap<number, string>;

export interface Sifted {
  /** The sites without the lines that one of the two refuses. */
  readonly sites: readonly Site[];
  /** How many lines that one refused were shown to both alone. */
  readonly compared: number;
  readonly refusals: readonly Refusal[];
}

/**
 * Takes out what Sluice refuses, then what HAProxy refuses of the rest. Each line that Sluice refuses is put back alone into
 * a site of nothing else that is wrong, `most` of them, to see what HAProxy says of it.
 */
export function siftSites(program: string, folder: string, given: readonly Site[], ports: Ports, most: number): Sifted {
  const haproxy = new Haproxy(program, folder, given.length);
  const refusals: Refusal[] = [];
  let compared = 0;
  let sites = given.map((site) => {
    const gone = findRefused(site, ports);
    for (const place of gone) {
      if (compared >= most) break;
      compared++;
      const file = writeFileOf(
        [
          withoutLines(
            site,
            gone.filter((each) => each !== place),
          ),
        ],
        ports,
      );
      const alerts = haproxy.check(file);
      if (alerts === 'crashed') continue;
      const own = askSluice(file);
      // Where HAProxy refuses something else, which is told below, it may not have come as far.
      const isJudged = alerts.size === 0 || [...own.keys()].some((number) => alerts.has(number));
      if (isJudged) refusals.push(...compareAlerts(file, alerts, own));
    }
    return withoutLines(site, gone);
  });
  // HAProxy stops at some errors, and tells others only when there are none before.
  for (;;) {
    const file = writeFileOf(sites, ports);
    const alerts = haproxy.check(file);
    if (alerts === 'crashed') {
      const deadly = findDeadly(haproxy, sites, ports);
      sites = sites.map((site, index) => (deadly.has(index) ? withoutLines(site, placesOfSite(site)) : site));
      continue;
    }
    if (alerts.size === 0) return { sites, compared, refusals };
    refusals.push(...compareAlerts(file, alerts, new Map()));
    const places = [...alerts].flatMap(([number, message]) => placesOf(file, number, message));
    if (places.length === 0) throw new Error(`HAProxy refuses a line that must stay: ${[...alerts].join('; ')}`);
    sites = sites.map((site, index) =>
      withoutLines(
        site,
        places.filter((place) => place.site === index),
      ),
    );
  }
}

/** Those of the sites that both programs take. */
export function keepTaken<Item extends { readonly site: Site }>(
  program: string,
  folder: string,
  items: readonly Item[],
): Item[] {
  const ports = { frontends: items.map((_item, index) => index + 1), servers: [1, 2, 3], log: 1, ready: 65_535 };
  const haproxy = new Haproxy(program, folder, items.length);
  let kept = items.filter(({ site }) => askSluice(writeFileOf([site], ports)).size === 0);
  for (;;) {
    const sites = kept.map(({ site }) => site);
    const file = writeFileOf(sites, ports);
    const alerts = haproxy.check(file);
    const refused =
      alerts === 'crashed'
        ? findDeadly(haproxy, sites, ports)
        : new Set([...alerts.keys()].map((number) => file.lines[number - 1]?.site));
    if (refused.size === 0) return kept;
    kept = kept.filter((_item, index) => !refused.has(index));
  }
}

/** The numbers of the sites that HAProxy cannot read without crashing, alone or with those beside them. */
function findDeadly(haproxy: Haproxy, sites: readonly Site[], ports: Ports, first = 0): Set<number> {
  const all = new Set(sites.map((_site, index) => first + index));
  if (sites.length <= 1) return all;
  const middle = sites.length >> 1;
  const halves = [
    { half: sites.slice(0, middle), from: first },
    { half: sites.slice(middle), from: first + middle },
  ];
  const found = halves.flatMap(({ half, from }) => {
    const crashes = haproxy.check(writeFileOf(half, ports, from)) === 'crashed';
    return crashes ? [...findDeadly(haproxy, half, ports, from)] : [];
  });
  return found.length > 0 ? new Set(found) : all;
}

function compareAlerts(file: CfgFile, haproxy: Alerts, sluice: Alerts): Refusal[] {
  const line = (number: number) => file.lines[number - 1]?.text.trim() ?? '';
  // HAProxy looks at log formats when it has read the whole proxy, and tells the line where it is by then.
  const isFormat = (number: number) => line(number).startsWith('log-format');
  const format = [...sluice.keys()].find(isFormat);
  if (format !== undefined && [...haproxy.values()].some((message) => message.includes('log-format'))) {
    const others = (alerts: Alerts) =>
      new Map([...alerts].filter(([number, message]) => number !== format && !message.includes('log-format')));
    return compareAlerts(file, others(haproxy), others(sluice));
  }
  // Conditions name ACLs of the lines above alone: one that is missing was refused.
  const isConsequence = (message: string) => message.includes('no such ACL');
  const only = (by: Refusal['by'], alerts: Alerts, others: Alerts) =>
    [...alerts].flatMap(([number, message]) =>
      others.has(number) || isConsequence(message) ? [] : [{ line: line(number), by, message }],
    );
  return [...only('HAProxy', haproxy, sluice), ...only('Sluice', sluice, haproxy)];
}

/** The places of all lines that must go before Sluice takes the site. */
function findRefused(given: Site, ports: Ports): Place[] {
  const gone: Place[] = [];
  for (;;) {
    const file = writeFileOf([withoutLines(given, gone)], ports);
    const alerts = [...askSluice(file)];
    if (alerts.length === 0) return gone;
    const places = alerts.flatMap(([number, message]) => {
      const line = file.lines[number - 1];
      if (line?.place !== undefined) return [line.place];
      const culprits = findCulprits(given, gone, message, ports);
      return culprits.length > 0 ? culprits : placesOf(file, number, message);
    });
    if (places.length === 0) throw new Error(`Sluice refuses a line that must stay: ${alerts.join('; ')}`);
    for (const place of places) {
      if (!gone.some((each) => each.part === place.part && each.at === place.at)) gone.push(place);
    }
  }
}

/** The lines each of which Sluice need only be spared to say something of a proxy no more. */
function findCulprits(given: Site, gone: readonly Place[], message: string, ports: Ports): Place[] {
  return placesOfSite(withoutLines(given, gone)).filter((place) => {
    if (place.text === '') return false;
    const alerts = askSluice(writeFileOf([withoutLines(given, [...gone, place])], ports));
    return ![...alerts.values()].includes(message);
  });
}

/** The line that an alert is about, or those it may be about. */
function placesOf(file: CfgFile, number: number, message: string): (Place & { site: number })[] {
  const line = file.lines[number - 1];
  if (line?.place !== undefined) return [{ ...line.place, site: line.site }];
  return blamed(file, message).filter(({ site }) => line === undefined || site === line.site);
}

class Haproxy {
  readonly #program: string;
  readonly #folder: string;
  readonly #path: string;

  /** `sites` is how many of them files are for. */
  constructor(program: string, folder: string, sites: number) {
    this.#program = program;
    this.#folder = folder;
    this.#path = join(folder, 'check.cfg');
    writeFiles(folder, sites);
  }

  check(file: CfgFile): Alerts | 'crashed' {
    writeFileSync(this.#path, file.text);
    const { stderr, signal } = spawnSync(this.#program, ['-c', '-f', this.#path], {
      cwd: this.#folder,
      encoding: 'latin1',
      maxBuffer: 1e8,
    });
    if (signal !== null) return 'crashed';
    const alerts = new Map<number, string>();
    for (const text of stderr.split('\n')) {
      // Several of one kind stand indented below an alert that only says so.
      const found = /^(?:\[ALERT\]|\s+parsing ).*?\[[^\]]*check\.cfg:([0-9]+)\](.*)/.exec(text);
      if (found !== null) alerts.set(lineOf(file, Number(found[1]), found[2] ?? ''), found[2] ?? '');
      else if (
        /^\[ALERT\]/.test(text) &&
        !/atal errors|Error\(s\) found|multiple argument resolution errors/.test(text)
      ) {
        alerts.set(lineOfProxy(file, text), text);
      }
    }
    return alerts;
  }
}

/** The line that an alert is about: that of a log format or of a backend that is found by samples is told by its text. */
function lineOf(file: CfgFile, number: number, message: string): number {
  const format = /failed to parse log-format : failed to parse sample expression <(.*)> : /
    .exec(message)?.[1]
    ?.replaceAll('\\', '');
  const backend = /failed to parse use_backend rule '([^']*)'/.exec(message)?.[1];
  const [keyword, part] = format === undefined ? [' use_backend ', backend] : [' log-format ', format];
  if (part === undefined) return number;
  const found = file.lines.findIndex(
    ({ text }) => text.startsWith(keyword) && text.replaceAll('\\', '').includes(part),
  );
  return found < 0 ? number : found + 1;
}

/** The lines that a message about a proxy as a whole may be about: those with the last name it quotes, else all of them. */
function blamed(file: CfgFile, message: string): (Place & { site: number })[] {
  const name = [...message.matchAll(/'([^']*)'/g)].at(-1)?.[1] ?? '';
  const own = file.lines.flatMap(({ text, place, site }) => (place === undefined ? [] : [{ text, place, site }]));
  const naming = own.filter(({ text }) => text.split(' ').includes(name));
  return (naming.length > 0 ? naming : own).map(({ place, site }) => ({ ...place, site }));
}

/** The line that a proxy begins with, by a message that quotes its name; 0 for none. */
function lineOfProxy(file: CfgFile, message: string): number {
  const name = /'([fb][0-9]+(?:-[0-9])?)'|\/(?:front|back)ends\/([^/:]+)/.exec(message);
  const wanted = ` ${name?.[1] ?? name?.[2]} from `;
  return file.lines.findIndex(({ text }) => text.includes(wanted)) + 1;
}

function askSluice(file: CfgFile): Alerts {
  const reading = readHaproxyCfg({
    findViolations: findConfigViolations,
    files: [{ name: 'check.cfg', text: file.text }],
    facts: {
      version: '2.6.12',
      features: new Set(),
      enabled: new Set(),
      openssl: '3.0.0',
      sslLibrary: 'OpenSSL 3.0.0',
      environment: {},
    },
    environment: {},
    readFile: (path) => {
      const text = contentOf(path);
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
  const alerts = reading.diagnostics.filter(({ severity }) => severity === 'alert');
  return new Map(alerts.map(({ line, text }) => [line === 0 ? lineOfProxy(file, text) : line, text]));
}

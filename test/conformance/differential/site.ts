/** What is generated: a site is a frontend with its backends, and the connections that clients make to it. */

import { commonSections } from './files.ts';

/** One request of a client and what the server answers if it gets there; all texts hold one character for each byte. */
export interface Exchange {
  /** "GET /path HTTP/1.1". */
  readonly line: string;
  readonly fields: readonly string[];
  /** As it goes over the wire, with its framing fields among `fields`. */
  readonly body: string;
  readonly answer: Answer;
}

export interface Answer {
  readonly line: string;
  readonly fields: readonly string[];
  readonly body: string;
  /** Whether the server closes the connection behind it. */
  readonly closes: boolean;
}

/** In lines "@" stands for the number of the site: "b@-1" is its second backend. */
export interface Site {
  readonly mode: 'http' | 'tcp';
  /** The lines of the defaults section of the frontend, and of that of the backends: with rules they cannot be one. */
  readonly defaults: readonly string[];
  readonly backendDefaults: readonly string[];
  readonly frontend: readonly string[];
  readonly backends: readonly (readonly string[])[];
  readonly connections: readonly (readonly Exchange[])[];
}

/** Where the programs listen and where the servers are: the same for both, since one runs after the other. */
export interface Ports {
  readonly frontends: readonly number[];
  readonly servers: readonly number[];
  readonly log: number;
  /** Where a program answers as soon as it does its work. */
  readonly ready: number;
}

export interface CfgFile {
  readonly lines: readonly CfgLine[];
  readonly text: string;
}

/** A line of a site: the list it stands in, such as "frontend" or "backend 1", and its place there. */
export interface Place {
  readonly part: string;
  readonly at: number;
}

export interface CfgLine {
  readonly text: string;
  /** -1 for what is common to all. */
  readonly site: number;
  /** undefined for what every site has. */
  readonly place?: Place;
}

/** All lines that were generated, with their places. */
export function placesOfSite(site: Site): (Place & { readonly text: string })[] {
  const parts: [string, readonly string[]][] = [
    ['defaults', site.defaults],
    ['backendDefaults', site.backendDefaults],
    ['frontend', site.frontend],
    ...site.backends.map((lines, number): [string, readonly string[]] => [`backend ${number}`, lines]),
  ];
  return parts.flatMap(([part, lines]) => lines.map((text, at) => ({ part, at, text })));
}

/** The site without these lines, which become empty: others keep their places. */
export function withoutLines(site: Site, gone: readonly Place[]): Site {
  const kept = (part: string, lines: readonly string[]) =>
    lines.map((text, at) => (gone.some((place) => place.part === part && place.at === at) ? '' : text));
  return {
    ...site,
    defaults: kept('defaults', site.defaults),
    backendDefaults: kept('backendDefaults', site.backendDefaults),
    frontend: kept('frontend', site.frontend),
    backends: site.backends.map((lines, number) => kept(`backend ${number}`, lines)),
  };
}

/** `first` is the number of the first site, which names its proxies. */
export function writeFileOf(sites: readonly Site[], ports: Ports, first = 0): CfgFile {
  const lines: CfgLine[] = [
    ...['global', ' nbthread 1', ' expose-experimental-directives'],
    ...[` log 127.0.0.1:${ports.log} len 8192 format raw local0`, ...commonSections],
    ...['defaults ready', ' mode http', ...timeouts.map((text) => ` ${text}`)],
    ...['frontend ready from ready', ` bind 127.0.0.1:${ports.ready}`, ' http-request return status 200'],
  ].map((text) => ({ text, site: -1 }));
  for (const [index, site] of sites.entries()) {
    const put = (text: string, place?: Place) => {
      const servers = text.replace(/ORIGIN([0-9])/, (_all, server) => `127.0.0.1:${ports.servers[Number(server)]}`);
      lines.push({
        text: servers.replaceAll('@', String(first + index)),
        site: index,
        ...(place !== undefined && { place }),
      });
    };
    const putAll = (part: string, list: readonly string[]) => {
      for (const [at, text] of list.entries()) put(` ${text}`, { part, at });
    };
    for (const [name, part] of [
      ['d', 'defaults'],
      ['e', 'backendDefaults'],
    ] as const) {
      put(`defaults ${name}@`);
      for (const text of [`mode ${site.mode}`, 'log global', ...timeouts]) put(` ${text}`);
      putAll(part, site[part]);
    }
    put('frontend f@ from d@');
    put(` bind 127.0.0.1:${ports.frontends[index]} name main`);
    putAll('frontend', site.frontend);
    put(' default_backend b@-0');
    for (const [number, backend] of site.backends.entries()) {
      put(`backend b@-${number} from e@`);
      putAll(`backend ${number}`, backend);
    }
  }
  return { lines, text: `${lines.map(({ text }) => text).join('\n')}\n` };
}

/** None is met, however busy the machine is, but that of a tarpit. */
const timeouts = ['timeout connect 60s', 'timeout client 60s', 'timeout server 60s', 'timeout tarpit 10ms'];

/** Files that all sites share: maps and ACL files, a file for each way in which its entries are compared, and error pages. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const keysOf: Readonly<Record<string, readonly string[]>> = {
  str: ['a', 'one', 'One', '1', '/p', '/p/a', 'www.Example.com', 'GET', 'joe'],
  beg: ['/p', '/', 'a', 'w', 'one', '1', 'h'],
  sub: ['p', 'o', 'example', '1', 'a'],
  end: ['a', '.html', 'com', '2', 'e'],
  dir: ['p', 'a', 'api', 'v1'],
  dom: ['example', 'com', 'www', 'a', 'b'],
  len: ['1', '2', '3:5', '7:'],
  reg: ['^/p', '[0-9]+', '(.)(.*)', 'o.e', 'b$'],
  regm: ['^/(p)', '([0-9]+)', '(.)(.*)', 'o.e', 'b$'],
  int: ['0', '1', '2:5', '12', '100:'],
  ip: ['127.0.0.1', '10.0.0.0/8', '10.1.2.3', '::1', '2001:db8::/32'],
};

const valuesOf: Readonly<Record<string, (at: number) => string>> = {
  str: (at) => ['first', '/x', 'b', 'two words', '0', 'GET', '7', 'last', 'é'][at] ?? 'more',
  int: (at) => String([1, 0, -5, 12, 4_294_967_296][at] ?? at),
  ip: (at) => ['10.1.2.3', '::1', '127.0.0.1', '192.0.2.7'][at] ?? '10.0.0.9',
};

/** How map files are called, by the end of the converter's name: "beg_int". */
export function mapName(ending: string): string {
  const [match = 'str', output = 'str'] = ending.split('_');
  return `${match}-${output}.map`;
}

export function aclName(match: string): string {
  return `${match}.acl`;
}

export function hasAclFile(match: string): boolean {
  return keysOf[match] !== undefined && match !== 'regm';
}

/** With its length: Sluice adds one where it is missing, HAProxy closes the connection. */
const page = (status: number, reason: string, content: string) =>
  `HTTP/1.1 ${status} ${reason}\r\nContent-Length: ${content.length}\r\nX-Page: ${status}\r\n\r\n${content}`;

const pages: Readonly<Record<string, string>> = {
  '403.http': page(403, 'Not here', 'no entry\n'),
  '404.http': page(404, 'Nowhere', ''),
  '500.http': page(500, 'Broken', 'x'),
};

/** Every file by its name. */
export const files: ReadonlyMap<string, string> = new Map([
  ...Object.entries(keysOf).flatMap(([match, keys]) =>
    Object.entries(valuesOf).map(([output, value]): [string, string] => [
      mapName(`${match}_${output}`),
      `# a comment\n${keys.map((key, at) => `${key} ${value(at)}\n`).join('')}`,
    ]),
  ),
  ...Object.entries(keysOf).map(([match, keys]): [string, string] => [aclName(match), `${keys.join('\n')}\n`]),
  ...Object.entries(pages),
]);

/** What map and ACL files of one site alone begin with: its rules change them. */
const editable: Readonly<Record<string, string>> = { 'edit.map': 'a first\none 1\n', 'edit.acl': 'a\none\n' };

/** Name and content of each file of a site, by its number. */
export function filesOfSite(number: number): [string, string][] {
  return Object.entries(editable).map(([name, text]) => [`${number}-${name}`, text]);
}

export function contentOf(name: string): string | undefined {
  return files.get(name) ?? editable[name.replace(/^[0-9]+-/, '')];
}

/** Writes them where programs find them. */
export function writeFiles(folder: string, sites: number): void {
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  for (let number = 0; number < sites; number++) {
    for (const [name, text] of filesOfSite(number)) writeFileSync(join(folder, name), text);
  }
}

/** The lines that name what all sites share. */
export const commonSections: readonly string[] = [
  'userlist users',
  ' group admins users joe',
  ' group others',
  ' user joe insecure-password secret groups others',
  ' user ann password $5$rounds=1000$saltsalt$2Hmka2B8oHD.rxfM0s386iB3Q.ShJZA3KIsbJCN8N4/',
  'http-errors pages',
  ' errorfile 403 403.http',
  ' errorfile 404 404.http',
];

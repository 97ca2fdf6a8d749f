/** Writes a config as a haproxy.cfg, from which reading makes the same config again. */
import type { Acl } from '../model/acl.ts';
import type { Backend } from '../model/backend.ts';
import type { Config } from '../model/config.ts';
import type { Defaults } from '../model/defaults.ts';
import type { ErrorFile, ErrorPage } from '../model/error-file.ts';
import type { Frontend } from '../model/frontend.ts';
import type { HttpRequestRule } from '../model/rules.ts';
import type { TcpRequestRule } from '../model/tcp-request-rule.ts';
import type { User, Userlist } from '../model/userlist.ts';
import { longestCookie } from './proxy-draft.ts';
import { quoteWord, writeCondition } from './quote-word.ts';
import { writeFrontendCaptures, writeInheritedCaptures } from './write-captures.ts';
import { writeHttpRule, writeReply, writeTcpRule } from './write-rules.ts';
import { writeBind, writeHealthCheck, writeServer, writeServerParameters } from './write-servers.ts';
import { writeGlobal, writeSettings } from './write-settings.ts';
import { writePeers, writeStickRule, writeStickTable } from './write-stick-tables.ts';

/** The whole text. Rules lose their names: a haproxy.cfg has none for them. */
export function writeHaproxyCfg(config: Config): string {
  const files = new Map(
    config.errorFiles.map((file) => [file.name, file.silent ? { ...file, path: file.path ?? '/dev/null' } : file]),
  );
  const slots = new Map(config.defaults.map(({ name, requestCaptures = [] }) => [name, requestCaptures.length]));
  // What takes no defaults stands above them all: HAProxy gives it the last ones above it.
  const proxies = [
    ...config.frontends.map((frontend) => ({
      taken: frontend.from,
      text: writeFrontend(frontend, files, slots.get(frontend.from ?? '') ?? 0),
    })),
    ...config.backends.map((backend) => ({ taken: backend.from, text: writeBackend(backend, files) })),
  ];
  const textsOf = (takes: boolean) =>
    proxies.filter(({ taken }) => (taken !== undefined) === takes).map(({ text }) => text);
  const sections = [
    writeSection(config.global.description, 'global', writeGlobal(config.global, neededInGlobal(config))),
    ...config.peers.map((peers) => writeSection(peers.description, `peers ${peers.name}`, writePeers(peers))),
    ...config.userlists.map(writeUserlist),
    ...textsOf(false),
    ...config.defaults.map((defaults) => writeDefaults(defaults, files)),
    ...textsOf(true),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

/** The condition where HAProxy wants one and there is none. */
const always = ' if TRUE';

/** What HAProxy takes only when the global section allows it. */
function neededInGlobal({ defaults, frontends, backends }: Config): string[] {
  const rules = [...defaults, ...frontends, ...backends].flatMap(({ httpRequestRules = [] }) => httpRequestRules);
  const longest = Math.max(0, ...frontends.map(({ captureCookie }) => captureCookie?.length ?? 0));
  return [
    ...(rules.some(({ action }) => action === 'normalize-uri') ? ['expose-experimental-directives'] : []),
    ...(longest > longestCookie ? [`tune.http.cookielen ${longest}`] : []),
  ];
}

function writeSection(description: string | undefined, head: string, lines: readonly string[]): string {
  if (head === 'global' && lines.length === 0 && description === undefined) return '';
  const body = lines.map((line) => `    ${line}\n`).join('');
  return `${comment(description, '')}${head}\n${body}`;
}

/** The comment lines above what a description describes. */
function comment(description: string | undefined, indent: string): string {
  if (description === undefined || description === '') return '';
  return description
    .split('\n')
    .map((line) => `${indent}# ${line}\n`)
    .join('');
}

/** Lines with the descriptions of what they describe above them. */
function described<Item extends { description?: string }>(
  items: readonly Item[] | undefined,
  write: (item: Item) => string[],
): string[] {
  return (items ?? []).flatMap((item) => [
    ...(item.description ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`# ${line}`])),
    ...write(item),
  ]);
}

function headOf(section: string, { name, from }: { name: string; from?: string | undefined }): string {
  return from === undefined ? `${section} ${name}` : `${section} ${name} from ${from}`;
}

function writeUserlist({ name, description, groups = [], users }: Userlist): string {
  return writeSection(description, `userlist ${name}`, [
    ...groups.map((group) => `group ${quoteWord(group)}`),
    ...described(users, (user) => [writeUser(user)]),
  ]);
}

function writeUser({ name, password, insecurePassword, groups }: User): string {
  const words = ['user', quoteWord(name)];
  if (password !== undefined) words.push('password', quoteWord(password));
  if (insecurePassword !== undefined)
    words.push('insecure-password', insecurePassword === '' ? "''" : quoteWord(insecurePassword));
  if (groups !== undefined) words.push('groups', quoteWord(groups.join(',')));
  return words.join(' ');
}

function writeDefaults(defaults: Defaults, files: ReadonlyMap<string, ErrorFile>): string {
  return writeSection(defaults.description, `defaults ${defaults.name}`, [
    ...writeSettings(defaults),
    ...writeHealthCheck(defaults.healthCheck),
    ...writeErrorPages(defaults.errorPages, files),
    ...described(defaults.acls, writeAcl),
    ...writeDelay(defaults),
    ...writeTcpResponseRules(defaults),
    ...writeInheritedCaptures(defaults, {
      tcp: writeTcpRequestRule,
      http: (rule, length) => writeRequestRule(rule, files, length),
    }),
    ...writeResponseRules(defaults, files),
    ...writeDefaultServer(defaults.defaultServer),
  ]);
}

/** Its defaults have `inherited` slots for captures. */
function writeFrontend(frontend: Frontend, files: ReadonlyMap<string, ErrorFile>, inherited: number): string {
  return writeSection(frontend.description, headOf('frontend', frontend), [
    ...(frontend.id === undefined ? [] : [`id ${frontend.id}`]),
    ...writeSettings(frontend),
    ...(frontend.disabled === true ? ['disabled'] : []),
    ...described(frontend.binds, writeBind),
    ...writeErrorPages(frontend.errorPages, files),
    ...writeStickTable(frontend.stickTable),
    ...described(frontend.acls, writeAcl),
    ...writeDelay(frontend),
    ...writeFrontendCaptures(frontend, inherited, writeTcpRequestRule),
    ...(frontend.monitorUri === undefined ? [] : [`monitor-uri ${quoteWord(frontend.monitorUri)}`]),
    ...(frontend.monitorFail ?? []).map((condition) => `monitor fail${writeCondition(condition) || always}`),
    ...(frontend.httpRequestRules ?? []).flatMap((rule) => writeRequestRule(rule, files)),
    ...writeResponseRules(frontend, files),
    ...described(frontend.backendSwitchingRules, (rule) => [
      `use_backend ${quoteWord(rule.backend)}${writeCondition(rule)}`,
    ]),
    ...(frontend.defaultBackend === undefined ? [] : [`default_backend ${frontend.defaultBackend}`]),
  ]);
}

function writeBackend(backend: Backend, files: ReadonlyMap<string, ErrorFile>): string {
  return writeSection(backend.description, headOf('backend', backend), [
    ...(backend.id === undefined ? [] : [`id ${backend.id}`]),
    ...writeSettings(backend),
    ...writeHealthCheck(backend.healthCheck),
    ...writeErrorPages(backend.errorPages, files),
    ...writeStickTable(backend.stickTable),
    ...described(backend.acls, writeAcl),
    ...writeDelay(backend),
    ...(backend.tcpRequestRules ?? []).flatMap((rule) => writeTcpRequestRule(rule)),
    ...writeTcpResponseRules(backend),
    ...(backend.httpRequestRules ?? []).flatMap((rule) => writeRequestRule(rule, files)),
    ...writeResponseRules(backend, files),
    ...described(backend.serverSwitchingRules, (rule) => [
      `use-server ${quoteWord(rule.server)}${writeCondition(rule) || always}`,
    ]),
    ...described(backend.stickRules, (rule) => [writeStickRule(rule)]),
    ...(backend.httpSendNameHeader === undefined
      ? []
      : [`http-send-name-header ${quoteWord(backend.httpSendNameHeader)}`]),
    ...writeDefaultServer(backend.defaultServer),
    ...described(backend.servers, (server) => [writeServer(server)]),
  ]);
}

function writeDelay({ inspectDelay }: Frontend | Backend | Defaults): string[] {
  return inspectDelay === undefined ? [] : [`tcp-request inspect-delay ${inspectDelay}`];
}

/** `length` is that of the slot that the rule makes. */
function writeTcpRequestRule(rule: TcpRequestRule, length?: number): string[] {
  return described([rule], () => [writeTcpRule(`tcp-request ${rule.type}`, rule, length)]);
}

function writeTcpResponseRules({ tcpResponseRules, responseInspectDelay }: Backend | Defaults): string[] {
  return [
    ...(responseInspectDelay === undefined ? [] : [`tcp-response inspect-delay ${responseInspectDelay}`]),
    ...described(tcpResponseRules, (rule) => [writeTcpRule('tcp-response content', rule)]),
  ];
}

function writeRequestRule(rule: HttpRequestRule, files: ReadonlyMap<string, ErrorFile>, length?: number): string[] {
  return described([rule], () =>
    length === undefined || rule.action !== 'capture'
      ? writeHttpRule('http-request', rule, files, errorFilePath)
      : [`http-request capture ${quoteWord(rule.expression)} len ${length}${writeCondition(rule)}`],
  );
}

function writeResponseRules(proxy: Frontend | Backend | Defaults, files: ReadonlyMap<string, ErrorFile>): string[] {
  const lines = (set: string) => (rule: Parameters<typeof writeHttpRule>[1]) =>
    writeHttpRule(set, rule, files, errorFilePath);
  return [
    ...described(proxy.httpResponseRules, lines('http-response')),
    ...described(proxy.httpAfterResponseRules, lines('http-after-response')),
  ];
}

function writeDefaultServer(settings: Defaults['defaultServer']): string[] {
  const words = writeServerParameters(settings ?? {});
  return words.length === 0 ? [] : [`default-server ${words.join(' ')}`];
}

function writeAcl({ name, or, ...first }: Acl): string[] {
  return [first, ...(or ?? [])].map(({ criterion, flags, values }) =>
    [
      'acl',
      name,
      quoteWord(criterion),
      ...(flags ?? []).map((flag) => (flag.startsWith('-f ') ? `-f ${quoteWord(flag.slice(3))}` : flag)),
      ...(values === undefined ? [] : ['--', ...values.map(quoteWord)]),
    ].join(' '),
  );
}

function writeErrorPages(pages: readonly ErrorPage[] | undefined, files: ReadonlyMap<string, ErrorFile>): string[] {
  return (pages ?? []).map((page) => {
    const { status, errorfile, errorloc, code } = page;
    if (errorloc !== undefined) return `errorloc${code === 303 ? '303' : ''} ${status} ${quoteWord(errorloc)}`;
    if (errorfile === undefined) return `http-error status ${status} ${writeReply(page).join(' ')}`.trimEnd();
    const path = files.get(errorfile)?.path ?? errorFilePath(errorfile);
    return `errorfile ${status} ${quoteWord(path)}`;
  });
}

/** Where the export expects an error file that was not read from a file. */
export function errorFilePath(name: string): string {
  return `/etc/sluice/errors/${name}.http`;
}

/** Writes a config as a haproxy.cfg, from which reading makes the same config again. */
import type { Acl } from '../model/acl.ts';
import type { Backend } from '../model/backend.ts';
import type { Config } from '../model/config.ts';
import type { Defaults } from '../model/defaults.ts';
import type { ErrorFile, ErrorPage } from '../model/error-file.ts';
import type { Frontend } from '../model/frontend.ts';
import { quoteWord, writeCondition } from './quote-word.ts';
import { writeHttpRule } from './write-rules.ts';
import { writeBind, writeHealthCheck, writeServer, writeServerParameters } from './write-servers.ts';
import { writeGlobal, writeSettings } from './write-settings.ts';

/** The whole text. Rules lose their names: a haproxy.cfg has none for them. */
export function writeHaproxyCfg(config: Config): string {
  const files = new Map(config.errorFiles.map((file) => [file.name, file]));
  const sections = [
    writeSection(config.global.description, 'global', writeGlobal(config.global)),
    ...config.defaults.map((defaults) => writeDefaults(defaults, files)),
    ...config.frontends.map((frontend) => writeFrontend(frontend, files)),
    ...config.backends.map((backend) => writeBackend(backend, files)),
  ];
  return sections.filter((section) => section !== '').join('\n');
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

function writeDefaults(defaults: Defaults, files: ReadonlyMap<string, ErrorFile>): string {
  return writeSection(defaults.description, `defaults ${defaults.name}`, [
    ...writeSettings(defaults),
    ...writeHealthCheck(defaults.healthCheck),
    ...writeErrorPages(defaults.errorPages, files),
    ...writeDefaultServer(defaults.defaultServer),
  ]);
}

function writeFrontend(frontend: Frontend, files: ReadonlyMap<string, ErrorFile>): string {
  return writeSection(frontend.description, headOf('frontend', frontend), [
    ...(frontend.id === undefined ? [] : [`id ${frontend.id}`]),
    ...writeSettings(frontend),
    ...(frontend.disabled === true ? ['disabled'] : []),
    ...described(frontend.binds, writeBind),
    ...writeErrorPages(frontend.errorPages, files),
    ...described(frontend.acls, writeAcl),
    ...writeTcpRules(frontend),
    ...(frontend.monitorUri === undefined ? [] : [`monitor-uri ${quoteWord(frontend.monitorUri)}`]),
    ...(frontend.monitorFail ?? []).map((condition) => `monitor fail${writeCondition(condition)}`),
    ...writeHttpRules(frontend, files),
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
    ...described(backend.acls, writeAcl),
    ...writeTcpRules(backend),
    ...writeHttpRules(backend, files),
    ...described(backend.serverSwitchingRules, (rule) => [`use-server ${rule.server}${writeCondition(rule)}`]),
    ...(backend.httpSendNameHeader === undefined ? [] : [`http-send-name-header ${backend.httpSendNameHeader}`]),
    ...writeDefaultServer(backend.defaultServer),
    ...described(backend.servers, (server) => [writeServer(server)]),
  ]);
}

function writeTcpRules({ tcpRequestRules, inspectDelay }: Frontend | Backend): string[] {
  return [
    ...(inspectDelay === undefined ? [] : [`tcp-request inspect-delay ${inspectDelay}`]),
    ...described(tcpRequestRules, (rule) => [`tcp-request ${rule.type} ${rule.action}${writeCondition(rule)}`]),
  ];
}

function writeHttpRules(proxy: Frontend | Backend, files: ReadonlyMap<string, ErrorFile>): string[] {
  const lines = (set: string) => (rule: Parameters<typeof writeHttpRule>[1]) =>
    writeHttpRule(set, rule, files, errorFilePath);
  return [
    ...described(proxy.httpRequestRules, lines('http-request')),
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
      ...(flags ?? []),
      ...(values === undefined ? [] : ['--', ...values.map(quoteWord)]),
    ].join(' '),
  );
}

function writeErrorPages(pages: readonly ErrorPage[] | undefined, files: ReadonlyMap<string, ErrorFile>): string[] {
  return (pages ?? []).map(({ status, errorfile, errorloc, code }) => {
    if (errorloc !== undefined) return `errorloc${code === 303 ? '303' : ''} ${status} ${quoteWord(errorloc)}`;
    const path = files.get(errorfile ?? '')?.path ?? errorFilePath(errorfile ?? '');
    return `errorfile ${status} ${quoteWord(path)}`;
  });
}

/** Where the export expects an error file that was not read from a file. */
export function errorFilePath(name: string): string {
  return `/etc/sluice/errors/${name}.http`;
}

/** Checks what no schema can: that names exist and are unique, conditions parse, modes agree, addresses do not clash. */
import { isIpAddress, parseNetwork } from '../address.ts';
import { longestDuration, parseDuration } from '../duration.ts';
import type { FieldError } from '../errors.ts';
import { AclError, parseAcl } from '../language/parse-acl.ts';
import { parseCondition } from '../language/parse-condition.ts';
import { predefinedAcls } from '../language/predefined-acls.ts';
import { findPlaceProblem, type Place } from '../language/sample-types.ts';
import { hint } from '../language/suggest.ts';
import { parseText } from '../language/text-format.ts';
import { LanguageError } from '../language/tokenize.ts';
import type { Acl, AclTest } from './acl.ts';
import type { Backend } from './backend.ts';
import { isPortless } from './bind.ts';
import { checkFrontendLogs, checkInheritedLogs, checkLogs } from './check-logs.ts';
import { findNameProblem } from './check-samples.ts';
import type { Config } from './config.ts';
import type { Defaults } from './defaults.ts';
import { type ErrorFile, type ErrorPage, framingFields } from './error-file.ts';
import type { Frontend } from './frontend.ts';
import type { RedirectRule } from './rules.ts';
import type { Mode } from './snapshot.ts';
import { formatStatsAddress, parseStatsAddress, type StatsSocket } from './stats-socket.ts';

type Report = (pointer: string, detail: string) => void;

interface Names {
  defaults: ReadonlyMap<string, Defaults>;
  backends: ReadonlyMap<string, Backend>;
  errorFiles: ReadonlySet<string>;
  frontends: ReadonlySet<string>;
}

/** Everything wrong in a config that fits its schema; empty when it can be carried out. */
export function checkReferences(config: Config): FieldError[] {
  const errors: FieldError[] = [];
  const reportFor =
    (resource: string): Report =>
    (pointer, detail) =>
      errors.push({ resource, pointer, detail });
  const names: Names = {
    defaults: new Map(config.defaults.map((item) => [item.name, item])),
    backends: new Map(config.backends.map((item) => [item.name, item])),
    errorFiles: new Set(config.errorFiles.map((item) => item.name)),
    frontends: new Set(config.frontends.map((item) => item.name)),
  };
  checkUniqueNames(config.errorFiles, '/errorFiles', reportFor(''));
  checkUniqueNames(config.defaults, '/defaults', reportFor(''));
  checkUniqueNames(config.frontends, '/frontends', reportFor(''));
  checkUniqueNames(config.backends, '/backends', reportFor(''));
  checkDurations(config.global, '', reportFor('/global'));
  checkStatsSockets(config.global.statsSockets ?? [], reportFor('/global'));
  checkLogs(config.global.logs, false, reportFor('/global'));
  for (const item of config.errorFiles) checkErrorFile(item, reportFor(`/error-files/${item.name}`));
  for (const item of config.defaults) {
    const report = reportFor(`/defaults/${item.name}`);
    checkDurations(item, '', report);
    checkExcepts(item, report);
    checkErrorPages(item.errorPages, names, report);
    checkLogs(item.logs, true, report);
    checkFrontendLogs(item, undefined, report);
  }
  for (const frontend of config.frontends) checkFrontend(frontend, names, reportFor(`/frontends/${frontend.name}`));
  for (const backend of config.backends) checkBackend(backend, names, reportFor(`/backends/${backend.name}`));
  checkBindClashes(config.frontends, reportFor);
  return errors;
}

function modeOf(proxy: { mode?: Mode | undefined; from?: string | undefined }, names: Names): Mode {
  return proxy.mode ?? (proxy.from === undefined ? undefined : names.defaults.get(proxy.from)?.mode) ?? 'http';
}

function checkFrontend(frontend: Frontend, names: Names, report: Report): void {
  const mode = modeOf(frontend, names);
  checkFrom(frontend.from, names, report);
  checkDurations(frontend, '', report);
  checkExcepts(frontend, report);
  checkErrorPages(frontend.errorPages, names, report);
  checkLogs(frontend.logs, true, report);
  checkFrontendLogs(frontend, mode, report);
  const defaults = frontend.from === undefined ? undefined : names.defaults.get(frontend.from);
  if (defaults !== undefined) checkInheritedLogs(frontend, defaults, mode, report);
  const binds = frontend.binds ?? [];
  checkUniqueNames(binds, '/binds', report);
  for (const [index, bind] of binds.entries()) {
    const portless = isPortless(bind.address);
    if (portless !== (bind.port === undefined)) {
      report(`/binds/${index}/port`, portless ? `"${bind.address}" has no port` : 'is required');
    }
    if (bind.address !== undefined && bind.address !== '*' && !portless && !isIpAddress(bind.address)) {
      report(`/binds/${index}/address`, `"${bind.address}" is no IP address; "*" stands for every IPv4 address`);
    }
  }
  checkRules(frontend, mode, names, report);
  const acls = aclNames(frontend.acls);
  checkUniqueNames(frontend.backendSwitchingRules ?? [], '/backendSwitchingRules', report);
  for (const [index, rule] of (frontend.backendSwitchingRules ?? []).entries()) {
    const pointer = `/backendSwitchingRules/${index}`;
    checkCondition(rule, acls, mode, names, pointer, report);
    if (rule.backend.includes('%[')) checkText(rule.backend, placeOf(mode), names, `${pointer}/backend`, report);
    else checkBackendName(rule.backend, mode, names, `${pointer}/backend`, report);
  }
  if (frontend.defaultBackend !== undefined) {
    checkBackendName(frontend.defaultBackend, mode, names, '/defaultBackend', report);
  }
}

function checkBackend(backend: Backend, names: Names, report: Report): void {
  const mode = modeOf(backend, names);
  checkFrom(backend.from, names, report);
  checkDurations(backend, '', report);
  checkExcepts(backend, report);
  checkErrorPages(backend.errorPages, names, report);
  checkLogs(backend.logs, true, report);
  checkUniqueNames(backend.servers ?? [], '/servers', report);
  checkRules(backend, mode, names, report);
}

function checkFrom(from: string | undefined, names: Names, report: Report): void {
  if (from !== undefined && !names.defaults.has(from)) {
    report('/from', `there are no defaults "${from}"${hint(from, names.defaults.keys())}`);
  }
}

function checkBackendName(name: string, mode: Mode, names: Names, pointer: string, report: Report): void {
  const backend = names.backends.get(name);
  if (backend === undefined) {
    report(pointer, `there is no backend "${name}"${hint(name, names.backends.keys())}`);
  } else if (modeOf(backend, names) !== mode) {
    report(pointer, `backend "${name}" is in mode ${modeOf(backend, names)}, this frontend in mode ${mode}`);
  }
}

function checkRules(proxy: Frontend | Backend, mode: Mode, names: Names, report: Report): void {
  const acls = proxy.acls ?? [];
  checkUniqueNames(acls, '/acls', report);
  for (const [index, acl] of acls.entries()) checkAcl(acl, mode, names, `/acls/${index}`, report);
  const rules = proxy.httpRequestRules ?? [];
  checkUniqueNames(rules, '/httpRequestRules', report);
  for (const [index, rule] of rules.entries()) {
    const pointer = `/httpRequestRules/${index}`;
    if (mode === 'tcp') report(pointer, 'http-request rules need mode http');
    if (rule.action === 'redirect') checkRedirect(rule, pointer, report);
    checkCondition(rule, aclNames(proxy.acls), mode, names, pointer, report);
  }
}

function checkAcl(acl: Acl, mode: Mode, names: Names, pointer: string, report: Report): void {
  checkAclTest(acl, mode, names, pointer, report);
  for (const [index, test] of (acl.or ?? []).entries())
    checkAclTest(test, mode, names, `${pointer}/or/${index}`, report);
}

function checkAclTest(acl: AclTest, mode: Mode, names: Names, pointer: string, report: Report): void {
  try {
    const { sample } = parseAcl(acl);
    const { name, needs } = sample.fetch;
    // Where an ACL is used is known only there; what mode tcp has nowhere is told here.
    if (mode === 'tcp' && needs !== 'server' && findPlaceProblem(needs, 'tcp') !== undefined) {
      report(`${pointer}/criterion`, `"${name}" needs mode http`);
    }
    const problem = findNameProblem(sample, names);
    if (problem !== undefined) report(`${pointer}/criterion`, problem);
  } catch (error) {
    if (error instanceof LanguageError) {
      report(`${pointer}/criterion`, error.column > 1 ? `column ${error.column}: ${error.message}` : error.message);
    } else if (error instanceof AclError) {
      report(`${pointer}/${error.field}${error.field === 'criterion' ? '' : `/${error.index}`}`, error.message);
    } else throw error;
  }
}

function checkRedirect(rule: RedirectRule, pointer: string, report: Report): void {
  const given = (['location', 'prefix', 'scheme'] as const).filter((field) => rule[field] !== undefined);
  if (given.length !== 1) report(pointer, 'a redirect needs exactly one of location, prefix and scheme');
  if (rule.appendSlash === true && rule.dropQuery !== true) {
    report(`${pointer}/appendSlash`, 'appendSlash needs dropQuery');
  }
}

function checkCondition(
  rule: { if?: string; unless?: string },
  acls: ReadonlySet<string>,
  mode: Mode,
  names: Names,
  pointer: string,
  report: Report,
): void {
  if (rule.if !== undefined && rule.unless !== undefined) {
    report(`${pointer}/unless`, 'a rule has either "if" or "unless", not both');
  }
  for (const field of ['if', 'unless'] as const) {
    const text = rule[field];
    if (text === undefined) continue;
    try {
      for (const term of parseCondition(text, placeOf(mode)).anyOf.flat()) {
        const problem =
          'inline' in term.test
            ? findNameProblem(term.test.inline.sample, names)
            : acls.has(term.test.acl)
              ? undefined
              : findPredefinedProblem(term.test.acl, acls, placeOf(mode));
        if (problem !== undefined) report(`${pointer}/${field}`, `column ${term.column}: ${problem}`);
      }
    } catch (error) {
      if (!(error instanceof LanguageError)) throw error;
      report(`${pointer}/${field}`, `column ${error.column}: ${error.message}`);
    }
  }
}

const placeOf = (mode: Mode): Place => (mode === 'tcp' ? 'tcp' : 'http-request');

/** Why a name that no ACL of the proxy has cannot stand in a condition. */
function findPredefinedProblem(name: string, acls: ReadonlySet<string>, place: Place): string | undefined {
  const predefined = predefinedAcls.get(name);
  if (predefined === undefined) return `there is no ACL "${name}"${hint(name, [...acls, ...predefinedAcls.keys()])}`;
  const problem = findPlaceProblem(predefined.sample.fetch.needs, place);
  return problem === undefined ? undefined : `"${name}" ${problem}`;
}

/** A text with samples in it. */
function checkText(text: string, place: Place, names: Names, pointer: string, report: Report): void {
  try {
    for (const part of parseText(text, place)) {
      const problem = part.kind === 'sample' ? findNameProblem(part.sample, names) : undefined;
      if (problem !== undefined && part.kind === 'sample') report(pointer, `column ${part.column}: ${problem}`);
    }
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    report(pointer, `column ${error.column}: ${error.message}`);
  }
}

function checkExcepts(
  proxy: { forwardfor?: { except?: string } | undefined; originalto?: { except?: string } | undefined },
  report: Report,
): void {
  for (const option of ['forwardfor', 'originalto'] as const) {
    const except = proxy[option]?.except;
    if (except !== undefined && parseNetwork(except) === undefined) {
      report(`/${option}/except`, `"${except}" is no IP network, such as 127.0.0.0/8`);
    }
  }
}

function checkErrorPages(pages: readonly ErrorPage[] | undefined, names: Names, report: Report): void {
  const seen = new Set<number>();
  for (const [index, { status, errorfile, errorloc, code }] of (pages ?? []).entries()) {
    const pointer = `/errorPages/${index}`;
    if (seen.has(status)) report(`${pointer}/status`, `status ${status} is named twice`);
    seen.add(status);
    if ((errorfile === undefined) === (errorloc === undefined)) {
      report(pointer, 'an error page needs exactly one of errorfile and errorloc');
    }
    if (code !== undefined && errorloc === undefined) report(`${pointer}/code`, 'code needs errorloc');
    if (errorfile !== undefined && !names.errorFiles.has(errorfile)) {
      report(`${pointer}/errorfile`, `there is no error file "${errorfile}"${hint(errorfile, names.errorFiles)}`);
    }
  }
}

function checkErrorFile(file: ErrorFile, report: Report): void {
  for (const [index, { name }] of (file.headers ?? []).entries()) {
    if (framingFields.includes(name.toLowerCase())) {
      report(`/headers/${index}/name`, `"${name}" is written by Sluice itself`);
    }
  }
}

function checkStatsSockets(sockets: readonly StatsSocket[], report: Report): void {
  const taken = new Map<string, number>();
  for (const [index, socket] of sockets.entries()) {
    const pointer = `/statsSockets/${index}/address`;
    const address = parseStatsAddress(socket.address);
    if ('problem' in address) {
      report(pointer, address.problem);
      continue;
    }
    const text = formatStatsAddress(address);
    const first = taken.get(text);
    if (first === undefined) taken.set(text, index);
    else report(pointer, `${text} is already the address of /statsSockets/${first}`);
  }
}

const durationFields = new Set(['inter', 'fastinter', 'downinter', 'hardStopAfter', 'statsTimeout']);

/** The pattern of a duration says nothing of its greatest value; this finds those beyond it wherever they stand. */
function checkDurations(value: object, pointer: string, report: Report, all = false): void {
  for (const [name, member] of Object.entries(value)) {
    const here = `${pointer}/${name}`;
    if (typeof member === 'string') {
      if ((all || durationFields.has(name)) && parseDuration(member) === undefined) {
        report(here, `is longer than the longest duration, ${longestDuration}ms`);
      }
    } else if (typeof member === 'object' && member !== null) {
      checkDurations(member, here, report, name === 'timeouts');
    }
  }
}

function checkUniqueNames(items: readonly { name: string }[], pointer: string, report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const first = seen.get(item.name);
    if (first !== undefined)
      report(`${pointer}/${index}/name`, `"${item.name}" is already the name of ${pointer}/${first}`);
    else seen.set(item.name, index);
  }
}

function checkBindClashes(frontends: readonly Frontend[], reportFor: (resource: string) => Report): void {
  const taken = new Map<string, string>();
  for (const frontend of frontends) {
    if (frontend.disabled === true) continue;
    for (const [index, bind] of (frontend.binds ?? []).entries()) {
      const address = `${bind.address === undefined || bind.address === '*' ? '0.0.0.0' : bind.address}:${bind.port}`;
      const owner = taken.get(address);
      if (owner === undefined) taken.set(address, `/frontends/${frontend.name}/binds/${bind.name}`);
      else reportFor(`/frontends/${frontend.name}`)(`/binds/${index}`, `${address} is already taken by ${owner}`);
    }
  }
}

function aclNames(acls: readonly Acl[] | undefined): Set<string> {
  return new Set((acls ?? []).map((acl) => acl.name));
}

/** Checks the config that a haproxy.cfg makes, and tells what is wrong with it in HAProxy's words where it has any. */
import type { FieldError } from '../errors.ts';
import { checkReferences } from '../model/check-references.ts';
import type { Config, ConfigDocument } from '../model/config.ts';
import { emptyConfig } from '../model/empty-config.ts';
import { checkDefaults } from './check-defaults.ts';
import { checkTables } from './check-tables.ts';
import type { CfgDraft, ProxyDraft } from './proxy-draft.ts';
import { isTakenBy, modeOf, wordOf } from './proxy-draft.ts';

export function checkConfig(cfg: CfgDraft, document: ConfigDocument): void {
  // What a refused line would have defined is missing now; messages about that would only mislead.
  if (cfg.report.failed) return;
  const told = checkDefaults(cfg) || [checkBackendNames(cfg), checkTables(cfg), checkCaptureSlots(cfg)].includes(true);
  const config: Config = { ...emptyConfig, ...document };
  for (const violation of cfg.findViolations(document)) tellViolation(cfg, config, violation);
  if (cfg.report.failed && !told) return;
  if (!told) for (const error of checkReferences(config)) tellError(cfg, error);
  warnOfBinds(cfg);
  warnOfLogs(cfg);
  warnOfChecks(cfg);
  warnOfTimeouts(cfg);
}

/** HAProxy tells of backends that do not exist, or do not fit, once it has read all. Answers whether there was one. */
function checkBackendNames({ proxies, report }: CfgDraft): boolean {
  const before = report.diagnostics.length;
  const backends = new Map(
    proxies.filter(({ kind }) => kind === 'backend' || kind === 'listen').map((draft) => [draft.name, draft]),
  );
  const check = (draft: ProxyDraft, name: string, keyword: 'default_backend' | 'use_backend') => {
    const backend = backends.get(name);
    if (backend === undefined) {
      report.alertWhole(`Proxy '${draft.name}': unable to find required ${keyword}: '${name}'.`);
    } else if (backend === draft) {
      report.alertWhole(`Proxy '${draft.name}': loop detected for ${keyword}: '${name}'.`);
    } else if (modeOf(backend) !== modeOf(draft)) {
      const place = ({ line }: ProxyDraft) => `${line.file}:${line.line}`;
      const how = keyword === 'default_backend' ? 'as its default backend' : "in a 'use_backend' rule";
      report.alertWhole(
        `${modeOf(draft)} ${draft.kind} '${draft.name}' (${place(draft)}) tries to use incompatible ${modeOf(backend)} ${backend.kind} '${name}' (${place(backend)}) ${how} (see 'mode').`,
      );
    }
  };
  for (const draft of proxies) {
    if (draft.kind !== 'frontend' && draft.kind !== 'listen') continue;
    if (draft.defaultBackend !== undefined) check(draft, draft.defaultBackend.item, 'default_backend');
    for (const { item } of draft.switchingRules) {
      if (!item.backend.includes('%')) check(draft, item.backend, 'use_backend');
    }
  }
  return report.diagnostics.length > before;
}

/** HAProxy tells of slots for captures that do not exist once it has read all. Answers whether there was one. */
function checkCaptureSlots({ proxies, report }: CfgDraft): boolean {
  const before = report.diagnostics.length;
  for (const draft of proxies) {
    if (draft.kind === 'backend') continue;
    // Those of defaults are looked at where a frontend takes them.
    if (draft.kind === 'defaults' && !isTakenBy('frontend', draft, proxies)) continue;
    const check = (
      set: string,
      rules: ProxyDraft['httpResponseRules'] | ProxyDraft['httpRequestRules'],
      slots: number,
    ) => {
      for (const { item } of rules) {
        if (item.action !== 'capture' || item.slot < slots) continue;
        report.alertWhole(
          `Proxy '${draft.name}': unable to find capture id '${item.slot}' referenced by ${set} capture rule.`,
        );
      }
    };
    check('http-request', draft.httpRequestRules, draft.requestCaptures.length);
    check('http-response', draft.httpResponseRules, draft.responseCaptures.length);
  }
  return report.diagnostics.length > before;
}

function tellError({ report }: CfgDraft, { resource, pointer, detail }: FieldError): void {
  const place = report.placeOf(resource + pointer);
  const text = /[.?]$/.test(detail) ? detail : `${detail}.`;
  if (place === undefined) report.alertWhole(`${resource}${pointer}: ${text}`);
  else report.alert(place, isSetting(pointer) ? `'${place.words[0]?.text}' : ${text}` : text);
}

/** Whether a pointer leads to what one line of its own says. */
const isSetting = (pointer: string) => /^\/[^/]+$/.test(pointer);

/** The pointer leads through lists by index, places are known by name. */
function tellViolation({ report }: CfgDraft, config: Config, { pointer, detail }: { pointer: string; detail: string }) {
  const [, field = '', index = '', ...rest] = pointer.split('/');
  const items = config[field as keyof Config];
  const name = Array.isArray(items) ? items[Number(index)]?.name : undefined;
  const path = name === undefined ? pointer : ['', field, name, ...rest].join('/');
  const place = report.placeOf(path);
  if (place === undefined) report.alertWhole(`${pointer}: ${detail}.`);
  else report.alert(place, `${rest.at(-1) ?? field}: ${detail}.`);
}

function warnOfBinds({ proxies, report }: CfgDraft): void {
  for (const { kind, name, binds, disabled } of proxies) {
    if ((kind !== 'frontend' && kind !== 'listen') || binds.length > 0 || disabled) continue;
    report.warnWhole(
      `${wordOf({ kind })} '${name}' has no 'bind' directive. Please declare it as a backend if this was intended.`,
    );
  }
}

function warnOfLogs({ proxies, report }: CfgDraft): void {
  for (const draft of proxies) {
    if (draft.kind !== 'frontend' && draft.kind !== 'listen') continue;
    const { logs, logFormat } = { ...draft.defaults?.settings, ...draft.settings };
    if (logFormat === undefined || (logs ?? []).length > 0) continue;
    report.warnWhole(`log format ignored for ${wordOf(draft)} '${draft.name}' since it has no log address.`);
  }
}

function warnOfChecks({ proxies, report }: CfgDraft): void {
  for (const { kind, name, defaults, httpCheck, checksHttp } of proxies) {
    if ((kind !== 'backend' && kind !== 'listen') || checksHttp || httpCheck === defaults?.httpCheck) continue;
    report.warnWhole(
      `${wordOf({ kind })} '${name}' uses http-check rules without 'option httpchk', so the rules are ignored.`,
    );
  }
}

function warnOfTimeouts({ proxies, report }: CfgDraft): void {
  for (const draft of proxies) {
    if (draft.kind === 'defaults') continue;
    const given = { ...draft.defaults?.settings.timeouts, ...draft.settings.timeouts };
    const needed =
      draft.kind === 'frontend'
        ? (['client'] as const)
        : draft.kind === 'backend'
          ? (['connect', 'server'] as const)
          : (['client', 'connect', 'server'] as const);
    if (needed.every((name) => given[name] !== undefined)) continue;
    if (draft.kind === 'backend' && draft.servers.length === 0) continue;
    report.warnWhole(
      `missing timeouts for ${wordOf(draft)} '${draft.name}'.\n` +
        '   | While not properly invalid, you will certainly encounter various problems\n' +
        '   | with such a configuration. To fix this, please ensure that all following\n' +
        "   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.",
    );
  }
}

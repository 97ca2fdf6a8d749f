/** Checks the rules of defaults: as they stand, and as each proxy evaluates them that takes the defaults. */
import type { CaptureSettings } from './capture.ts';
import { checkInheritedCaptures } from './check-captures.ts';
import type { Report } from './check-expressions.ts';
import { checkAcls, checkHttpRules, checkTcpResponseRules, checkTcpRules, type RuleNames } from './check-rules.ts';
import type { Config } from './config.ts';
import type { Defaults } from './defaults.ts';
import { hasRules } from './rule-lists.ts';
import type { Mode } from './snapshot.ts';

/** The proxies that take some defaults. */
type Takers = readonly {
  readonly proxy: Config['frontends'][number] | Config['backends'][number];
  isBackend: boolean;
}[];

/** `reportFor` answers where to tell of a resource such as "/defaults/d"; `modeOf` the mode of a proxy. */
export function checkInheritedRules(
  config: Config,
  names: RuleNames,
  modeOf: (proxy: { mode?: Mode; from?: string }) => Mode,
  reportFor: (resource: string) => Report,
): void {
  for (const defaults of config.defaults) {
    const report = once(reportFor(`/defaults/${defaults.name}`));
    checkAcls(defaults, 'http', { ...names, acls: new Set((defaults.acls ?? []).map(({ name }) => name)) }, report);
    checkInheritedCaptures(defaults, report);
    checkDelays(config, defaults, reportFor);
    if (!hasRules(defaults)) continue;
    const takers: Takers = [
      ...config.frontends.filter(isFrom(defaults)).map((proxy) => ({ proxy, isBackend: false })),
      ...config.backends.filter(isFrom(defaults)).map((proxy) => ({ proxy, isBackend: true })),
    ];
    checkKinds(defaults, takers, reportFor);
    const acls = new Set((defaults.acls ?? []).map(({ name }) => name));
    // No proxy can have this name: rules of defaults say which stick table they mean.
    const within = { ...names, proxy: `defaults ${defaults.name}`, acls };
    for (const { proxy, isBackend } of takers) {
      checkLists(defaults, modeOf(proxy), isBackend ? undefined : defaults, within, report);
    }
    if (takers.length === 0) checkLists(defaults, defaults.mode ?? 'http', undefined, within, report);
  }
}

const isFrom =
  ({ name }: Defaults) =>
  ({ from }: { from?: string | undefined }) =>
    from === name;

function checkLists(
  defaults: Defaults,
  mode: Mode,
  captures: CaptureSettings | undefined,
  names: RuleNames,
  report: Report,
): void {
  checkTcpRules(defaults, mode, false, names, report);
  checkTcpResponseRules(defaults, mode, names, report);
  // They are right or wrong even where they are not evaluated, in mode tcp.
  checkHttpRules(defaults, { mode: 'http', setsTimeouts: true, captures }, names, report);
}

/** Rules mean something else to a frontend than to a backend. */
function checkKinds(defaults: Defaults, takers: Takers, reportFor: (resource: string) => Report): void {
  const { name, requestCaptures = [], tcpRequestRules = [], tcpResponseRules = [] } = defaults;
  const frontend = takers.find(({ isBackend }) => !isBackend);
  const beginsConnections = tcpRequestRules.some(({ type }) => type !== 'content');
  for (const { proxy, isBackend } of takers) {
    const report = (detail: string) =>
      reportFor(`/${isBackend ? 'backends' : 'frontends'}/${proxy.name}`)('/from', `defaults "${name}" have ${detail}`);
    if (isBackend && frontend !== undefined) {
      report(`rules and are taken by frontend "${frontend.proxy.name}": no backend can take them too`);
    } else if (isBackend && beginsConnections) {
      report('tcp-request rules of type "connection" or "session", which only frontends take');
    } else if (isBackend && requestCaptures.length > 0) {
      report('requestCaptures, which only frontends take');
    } else if (!isBackend && tcpResponseRules.length > 0) report('tcp-response rules, which only backends take');
  }
}

/** As in HAProxy, the delay of the defaults counts. */
function checkDelays(config: Config, defaults: Defaults, reportFor: (resource: string) => Report): void {
  for (const list of ['frontends', 'backends'] as const) {
    for (const proxy of config[list].filter(isFrom(defaults))) {
      const delays: DelayFields = proxy;
      for (const field of ['inspectDelay', 'responseInspectDelay'] as const) {
        if (delays[field] === undefined || defaults[field] === undefined) continue;
        reportFor(`/${list}/${proxy.name}`)(`/${field}`, `defaults "${defaults.name}" have one already, which counts`);
      }
    }
  }
}

type DelayFields = Pick<Defaults, 'inspectDelay' | 'responseInspectDelay'>;

/** Says the same of the same place only once. */
function once(report: Report): Report {
  const told = new Set<string>();
  return (pointer, detail) => {
    const text = `${pointer}: ${detail}`;
    if (!told.has(text)) report(pointer, detail);
    told.add(text);
  };
}

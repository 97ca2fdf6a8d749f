/** What has no effect where it stands is left aside with HAProxy's warning: above all what proxies in mode tcp say of HTTP. */
import type { CfgReport } from './cfg-report.ts';
import { type CfgDraft, modeOf, type Origin, type ProxyDraft, wordOf } from './proxy-draft.ts';

const ruleLists = [
  ['http-request', 'httpRequestRules'],
  ['http-response', 'httpResponseRules'],
  ['http-after-response', 'httpAfterResponseRules'],
  ['redirect', 'redirects'],
] as const;

const options = [
  ['forwardfor', 'forwardfor'],
  ['originalto', 'originalto'],
  ['http-buffer-request', 'httpBufferRequest'],
  ['http-ignore-probes', 'httpIgnoreProbes'],
] as const;

export function leaveAside({ proxies, report }: CfgDraft): void {
  for (const draft of proxies) {
    if (draft.kind === 'defaults') continue;
    if (modeOf(draft) === 'tcp') leaveHttp(report, draft, `${wordOf(draft)} '${draft.name}'`);
    if (draft.monitorUri === undefined) leave(report, draft.monitorFails, 'there is no monitor-uri');
  }
}

function leaveHttp(report: CfgReport, draft: ProxyDraft, which: string): void {
  leaveFields(report, draft, which);
  for (const [keyword, list] of ruleLists) {
    if (draft[list].length === 0) continue;
    report.warnWhole(`'${keyword}' rules ignored for ${which} as they require HTTP mode.`);
    leave(report, draft[list], 'rules on HTTP are not evaluated in mode tcp');
  }
  for (const [option, field] of options) {
    const given = draft.settings[field] ?? draft.defaults?.settings[field];
    if (given === undefined || given === false) continue;
    report.warnWhole(`'option ${option}' ignored for ${which} as it requires HTTP mode.`);
  }
}

function leaveFields(report: CfgReport, draft: ProxyDraft, which: string): void {
  const { settings } = draft;
  if (draft.captureCookie !== undefined) {
    report.warnWhole(`'capture' statement ignored for ${which} as it requires HTTP mode.`);
    draft.captureCookie = undefined;
  }
  if (draft.monitorUri !== undefined) {
    report.warnWhole(`monitor-uri will be ignored for ${which} (needs 'mode http').`);
    draft.monitorUri = undefined;
  }
  const source = settings.logFormat === undefined ? draft.defaults : draft;
  const line = source?.settingLines.get('logFormat');
  const format = source?.settings.logFormat ?? '';
  if (draft.kind === 'backend' || line === undefined || !['httplog', 'httpslog', 'clf'].includes(format)) return;
  const option = format === 'clf' ? 'httplog' : format;
  report.warn(
    line,
    `'option ${option}' not usable with ${which} (needs 'mode http'). Falling back to 'option tcplog'.`,
  );
  settings.logFormat = 'tcplog';
}

function leave(report: CfgReport, items: Origin<unknown>[], reason: string): void {
  for (const { line } of items) report.skip(line, reason);
  items.length = 0;
}

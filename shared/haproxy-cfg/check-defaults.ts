/** Checks who takes `defaults` sections that have rules. */
import type { CfgDraft, ProxyDraft } from './proxy-draft.ts';

/** HAProxy tells once it has read all. Answers whether a section takes rules that it should not. */
export function checkDefaults({ proxies, report }: CfgDraft): boolean {
  const before = report.diagnostics.length;
  /** The kind of the first section that takes each. */
  const takers = new Map<ProxyDraft, ProxyDraft['kind']>();
  for (const draft of proxies) {
    const { defaults } = draft;
    if (defaults === undefined || !hasRules(defaults)) continue;
    const problem = findProblem(draft, defaults, takers.get(defaults));
    if (problem !== undefined) report.alert(draft.line, problem);
    if (draft.kind !== 'frontend' && defaults.requestCaptures.length > 0) {
      // The spelling is HAProxy's.
      report.alert(
        draft.line,
        `backend or defaults sections cannot inherit from a defaults section defining capptures ${placeOf(defaults)}`,
      );
    }
    if (!takers.has(defaults)) takers.set(defaults, draft.kind);
  }
  return report.diagnostics.length > before;
}

function findProblem(
  { kind }: ProxyDraft,
  defaults: ProxyDraft,
  first: ProxyDraft['kind'] | undefined,
): string | undefined {
  const { tcpRequestRules, tcpResponseRules } = defaults;
  const place = placeOf(defaults);
  switch (kind) {
    case 'defaults':
      return `a defaults section cannot inherit from a defaults section defining TCP/HTTP rules ${place}`;
    case 'listen':
      return 'a listen section cannot inherit from a defaults section defining TCP/HTTP rules.';
    case 'backend':
      if (first !== undefined && first !== kind) break;
      if (tcpRequestRules.every(({ item }) => item.type === 'content')) return undefined;
      return `a backend section cannot inherit from a defaults section defining 'tcp-request connection' or 'tcp-request session' rules ${place}`;
    case 'frontend':
      if (first !== undefined && first !== kind) break;
      if (tcpResponseRules.length === 0) return undefined;
      return `a frontend section cannot inherit from a defaults section defining 'tcp-response content' rules ${place}`;
  }
  return `frontends and backends cannot inherit from the same defaults section if it defines TCP/HTTP rules ${place}`;
}

const placeOf = ({ line }: ProxyDraft) => `(defaults section at ${line.file}:${line.line}).`;

function hasRules(draft: ProxyDraft): boolean {
  const { tcpRequestRules, tcpResponseRules, httpRequestRules, httpResponseRules, httpAfterResponseRules } = draft;
  const lists = [tcpRequestRules, tcpResponseRules, httpRequestRules, httpResponseRules, httpAfterResponseRules];
  return lists.some((list) => list.length > 0);
}

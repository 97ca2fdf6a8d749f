/** What a node that runs a haproxy.cfg knows beside the config: the order of the sections, and where rules stand. */
import type { CfgReading } from '../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import type { Snapshot, SnapshotRule } from '../../shared/model/snapshot.ts';

/** Gives proxies the numbers that HAProxy gives them, where a config has all frontends before all backends. */
export function numberInOrder({ frontends, backends }: Snapshot, { ids }: Pick<CfgReading, 'ids'>): void {
  for (const frontend of frontends) frontend.id = ids.get(`/frontends/${frontend.name}`) ?? frontend.id;
  for (const backend of backends) backend.id = ids.get(`/backends/${backend.name}`) ?? backend.id;
}

const lists = [
  'httpRequestRules',
  'httpResponseRules',
  'httpAfterResponseRules',
  'tcpRequestRules',
  'tcpResponseRules',
] as const;

/** Whether an expression in the snapshot asks where a rule stands. */
export const asksForOrigins = (json: string) => /last_rule_(?:file|line)/.test(json);

/**
 * Notes the line of each rule. As in HAProxy, nobody knows where `redirect` lines stand,
 * which are no http-request rules there.
 */
export function noteOrigins(
  { defaults, frontends, backends }: Snapshot,
  { placeOf }: Pick<CfgReading, 'placeOf'>,
): void {
  for (const [kind, proxies] of Object.entries({ defaults, frontends, backends })) {
    for (const proxy of proxies) {
      const rulesOf: Partial<Record<(typeof lists)[number], readonly SnapshotRule<object>[]>> = proxy;
      for (const list of lists) {
        const noted = rulesOf[list]?.map((rule, index) => {
          const place = placeOf(`/${kind}/${proxy.name}/${list}/${index}`);
          const isKnown = place !== undefined && place.words[0]?.text !== 'redirect';
          return { ...rule, origin: isKnown ? { file: place.file, line: place.line } : null };
        });
        if (noted !== undefined) Object.assign(proxy, { [list]: noted });
      }
    }
  }
}

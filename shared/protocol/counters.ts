/** What is counted for each frontend, backend and server, in HAProxy's terms (management manual 2.6, section 9.1). */

/** Cumulative counts since the node started. */
export const totalNames = [
  'sessions',
  'connections',
  'requests',
  'bytesIn',
  'bytesOut',
  'deniedRequests',
  'requestErrors',
  'connectionErrors',
  'responseErrors',
  'retries',
  'redispatches',
  'clientAborts',
  'serverAborts',
  'responses1xx',
  'responses2xx',
  'responses3xx',
  'responses4xx',
  'responses5xx',
  'responsesOther',
] as const;
export type TotalName = (typeof totalNames)[number];

/** What is going on now; `queued` are requests of a backend that wait for a server. */
export const currentNames = ['sessions', 'idleConnections', 'queued'] as const;
export type CurrentName = (typeof currentNames)[number];

/** What has a highest number that is kept. */
export const maxNames = ['sessions', 'queued'] as const;
export type MaxName = (typeof maxNames)[number];

/** Counts of one second. */
export const rateNames = ['sessions', 'requests', 'bytesIn', 'bytesOut'] as const;
export type RateName = (typeof rateNames)[number];

/** The counters of one frontend, backend or server on one node. */
export interface Counters {
  total: Record<TotalName, number>;
  current: Record<CurrentName, number>;
  /** Highest number at one time. */
  max: Record<MaxName, number>;
  /** Over the last full second. */
  rates: Record<RateName, number>;
}

export function zeroCounters(): Counters {
  return {
    total: Object.fromEntries(totalNames.map((name) => [name, 0])) as Record<TotalName, number>,
    current: { sessions: 0, idleConnections: 0, queued: 0 },
    max: { sessions: 0, queued: 0 },
    rates: { sessions: 0, requests: 0, bytesIn: 0, bytesOut: 0 },
  };
}

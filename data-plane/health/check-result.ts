/** What one health check found, in HAProxy's words (management manual 2.6, section 9.1, field check_status). */

export const checkStatuses = {
  L4OK: 'Layer4 check passed',
  L4CON: 'Layer4 connection problem',
  L4TOUT: 'Layer4 timeout',
  L6OK: 'Layer6 check passed',
  L6RSP: 'Layer6 invalid response',
  L6TOUT: 'Layer6 timeout',
  L7OK: 'Layer7 check passed',
  L7OKC: 'Layer7 check conditionally passed',
  L7STS: 'Layer7 wrong status',
  L7TOUT: 'Layer7 timeout',
  L7RSP: 'Layer7 invalid response',
} as const;
export type CheckStatus = keyof typeof checkStatuses;

/** Whether a check that has found this has passed. */
export function hasPassed(status: CheckStatus): boolean {
  return status.endsWith('OK') || status === 'L7OKC';
}

export interface CheckResult {
  readonly status: CheckStatus;
  readonly passed: boolean;
  /** Status of the HTTP answer; 0 when there was none. */
  readonly code: number;
  /** What more there is to say, such as "Connection refused"; "" for nothing. */
  readonly info: string;
  readonly durationMs: number;
}

/** The result as HAProxy's log puts it: `Layer7 wrong status, code: 503, info: "Service Unavailable"`. */
export function describeResult(result: CheckResult): string {
  const code = result.code === 0 ? '' : `, code: ${result.code}`;
  const info = result.info === '' ? '' : `, info: "${result.info}"`;
  return `${checkStatuses[result.status]}${code}${info}`;
}

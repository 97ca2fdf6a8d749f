/** What kind of health check it is that a backend has. */
import type { HealthCheck } from './health-check.ts';

/** Whether a check has anything that is to be worked out anew each time. */
export function isDynamic(check: HealthCheck): boolean {
  if (check.type === 'tcp') return false;
  const { uriLf, bodyLf, headers = [], beforeSend, beforeExpect, afterExpect, expect } = check;
  return (
    [uriLf, bodyLf, beforeSend, beforeExpect, afterExpect, expect?.onSuccess, expect?.onError, expect?.statusCode].some(
      (field) => field !== undefined,
    ) || headers.some(({ value }) => value.includes('%'))
  );
}

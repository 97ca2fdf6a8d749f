/** Checks the texts and expressions of health checks. */
import { checkSample, checkText, type Report } from './check-expressions.ts';
import type { ProxyNames } from './check-samples.ts';
import type { CheckStep, HealthCheck } from './health-check.ts';

export function checkHealthCheck(check: HealthCheck | undefined, names: ProxyNames, report: Report): void {
  if (check === undefined || check.type === 'tcp') return;
  const within = (field: string, detail: string) => report(`/healthCheck${field}`, detail);
  const text = (format: string | undefined, pointer: string) => {
    if (format !== undefined) checkText(format, 'check', names, pointer, within);
  };
  const { uri, uriLf, body, bodyLf, headers = [], expect } = check;
  if (uri !== undefined && uriLf !== undefined) within('/uriLf', 'there is a uri already: a check has one of them');
  if (body !== undefined && bodyLf !== undefined) within('/bodyLf', 'there is a body already: a check has one of them');
  text(uriLf, '/uriLf');
  text(bodyLf, '/bodyLf');
  for (const [index, { value }] of headers.entries()) text(value, `/headers/${index}/value`);
  text(expect?.onSuccess, '/expect/onSuccess');
  text(expect?.onError, '/expect/onError');
  if (expect?.statusCode !== undefined) checkSample(expect.statusCode, 'check', names, '/expect/statusCode', within);
  for (const list of ['beforeSend', 'beforeExpect', 'afterExpect'] as const) {
    for (const [index, step] of (check[list] ?? []).entries()) checkStep(step, names, `/${list}/${index}`, within);
  }
}

function checkStep(step: CheckStep, names: ProxyNames, pointer: string, report: Report): void {
  if (step.action === 'set-var') checkSample(step.expression, 'check', names, `${pointer}/expression`, report);
  else if (step.action === 'set-var-fmt') checkText(step.value, 'check', names, `${pointer}/value`, report);
}

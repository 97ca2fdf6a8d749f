/** What the log says when a server changes, in HAProxy's words (srv_set_stopped, srv_set_running, srv_adm_set_maint). */
import { isUp, type Thresholds } from '../health/check-health.ts';
import { type CheckResult, describeResult } from '../health/check-result.ts';

/** What a change leaves: servers of the backend that can take traffic, sessions of the server, requests in the queue. */
export interface Usable {
  readonly active: number;
  readonly backup: number;
  readonly sessions: number;
  readonly queued: number;
}

/** A check changed its mind. `brief` leaves out why, where that was told just before. */
export function describeCheckChange(
  name: string,
  up: boolean,
  result: CheckResult,
  usable: Usable,
  brief = false,
): string {
  const reason = brief ? '' : `, ${describeReason(result)}`;
  return `Server ${name} is ${up ? 'UP' : 'DOWN'}${reason}. ${describeUsable(usable, up)}`;
}

function describeReason(result: CheckResult): string {
  return `reason: ${describeResult(result)}, check duration: ${Math.round(result.durationMs)}ms`;
}

/** One check (option log-health-checks). `health` is the count behind up and down. */
export function describeCheck(name: string, result: CheckResult, health: number, limits: Thresholds): string {
  const { rise, fall } = limits;
  const up = isUp(health, limits);
  const status = up ? `${health - rise + 1}/${fall} UP` : `${health}/${rise} DOWN`;
  const how = result.status === 'L7OKC' ? 'conditionally succeeded' : result.passed ? 'succeeded' : 'failed';
  return `Health check for server ${name} ${how}, ${describeReason(result)}, status: ${status}.`;
}

/** Configuration or an override changed what the operator wants of the server. */
export function describeAdminChange(name: string, from: string, to: string, up: boolean, usable: Usable): string {
  const counts = describeUsable(usable, to === 'ready');
  if (to === 'maint') return `Server ${name} is going DOWN for maintenance. ${counts}`;
  if (to === 'drain') return `Server ${name} enters drain state. ${counts}`;
  const left = from === 'maint' ? 'maintenance' : 'drain';
  return `Server ${name} is ${up ? 'UP' : 'DOWN'}/READY (leaving forced ${left}). ${counts}`;
}

/** The runtime API said what checks would. */
export function describeForcedChange(name: string, health: 'up' | 'stopping' | 'down', usable: Usable): string {
  const state = { up: 'UP', stopping: 'stopping', down: 'DOWN' }[health];
  return `Server ${name} is ${state}, changed from CLI. ${describeUsable(usable, health === 'up')}`;
}

function describeUsable({ active, backup, sessions, queued }: Usable, rising: boolean): string {
  const onBackup = active === 0 && backup > 0 ? ' Running on backup.' : '';
  const load = rising
    ? `0 sessions requeued, ${queued} total in queue.`
    : `${sessions} sessions active, 0 requeued, ${queued} remaining in queue.`;
  return `${active} active and ${backup} backup servers ${rising ? 'online' : 'left'}.${onBackup} ${load}`;
}

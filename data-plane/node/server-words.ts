/** What the log says when a server changes, in HAProxy's words (srv_set_stopped, srv_set_running, srv_adm_set_maint). */
import { type CheckResult, describeResult } from '../health/check-result.ts';

/** Servers of a backend that can take traffic. */
export interface Usable {
  readonly active: number;
  readonly backup: number;
}

/** A check changed its mind. */
export function describeCheckChange(name: string, up: boolean, result: CheckResult, usable: Usable): string {
  const reason = `reason: ${describeResult(result)}, check duration: ${Math.round(result.durationMs)}ms`;
  return `Server ${name} is ${up ? 'UP' : 'DOWN'}, ${reason}. ${describeUsable(usable, up)}`;
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

function describeUsable({ active, backup }: Usable, rising: boolean): string {
  const onBackup = active === 0 && backup > 0 ? ' Running on backup.' : '';
  return `${active} active and ${backup} backup servers ${rising ? 'online' : 'left'}.${onBackup}`;
}

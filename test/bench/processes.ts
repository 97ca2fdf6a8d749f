/** Reads from /proc what a program and all its descendants have cost: processor time and memory. */
import { readdirSync, readFileSync } from 'node:fs';

/** Length of a clock tick in seconds: USER_HZ, which Linux fixes at 100 for /proc. */
const tick = 0.01;
const pageBytes = 4096;

interface Stat {
  parent: number;
  /** Own user and system time and that of ended children it waited for, in ticks. */
  ticks: number;
  residentPages: number;
}

/** The fields of /proc/PID/stat (proc(5)); undefined when the process is gone. */
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses and may contain anything; the fields after it are plain.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    return { parent: field(4), ticks: field(14) + field(15) + field(16) + field(17), residentPages: field(24) };
  } catch {
    return undefined;
  }
}

/** The program and all its descendants that live now. */
function readTree(root: number): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined;
    if (stat !== undefined) all.set(pid, stat);
  }
  const belongs = (pid: number): boolean => {
    if (pid === root) return true;
    const stat = all.get(pid);
    return stat !== undefined && stat.parent > 0 && belongs(stat.parent);
  };
  return new Map([...all].filter(([pid]) => belongs(pid)));
}

/** Pids of the descendants of a process, without itself. */
export function descendantsOf(root: number): number[] {
  return [...readTree(root).keys()].filter((pid) => pid !== root);
}

/** User and system time of the program and its descendants since they started, in seconds; steps of 10 ms each. */
export function processorSeconds(root: number): number {
  let ticks = 0;
  for (const stat of readTree(root).values()) ticks += stat.ticks;
  return ticks * tick;
}

/** Resident memory of the program and its descendants, in bytes; pages they share count once for each. */
export function residentBytes(root: number): number {
  let pages = 0;
  for (const stat of readTree(root).values()) pages += stat.residentPages;
  return pages * pageBytes;
}

/** Whether the system knows a user or a group: its own files are asked first, then whatever else it is set up to ask. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function hasAccount(kind: 'user' | 'group', name: string): boolean {
  const database = kind === 'user' ? 'passwd' : 'group';
  if (
    readFileSync(`/etc/${database}`, 'utf8')
      .split('\n')
      .some((line) => line.startsWith(`${name}:`))
  )
    return true;
  return spawnSync('getent', [database, name]).status === 0;
}

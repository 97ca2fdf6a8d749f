/** A HAProxy with one frontend whose rules are to be compared. */
import type { TestContext } from 'node:test';
import { isOpen, startCfgProgram } from '../../support/cfg-program.ts';

/** A word in quotes, for HAProxy's lines and for Sluice's conditions alike. */
export const quoted = (text: string) => `"${text.replace(/["\\$]/g, '\\$&')}"`;

/** Starts it on a port; its frontend "web" has these lines, and its log goes to `logPort`. */
export async function startHaproxy(
  t: TestContext,
  program: string,
  port: number,
  lines: readonly string[],
  logPort: number,
): Promise<void> {
  const parts = [
    `global\n log 127.0.0.1:${logPort} len 8192 format raw local0`,
    'defaults\n mode http\n log global\n timeout connect 1s\n timeout client 20s\n timeout server 5s',
    `frontend web\n bind 127.0.0.1:${port}\n ${lines.join('\n ')}\n default_backend app`,
    'backend app\n server s1 127.0.0.1:9',
  ];
  await startCfgProgram(t, program, ['-db'], `${parts.join('\n')}\n`, () => isOpen(port));
}

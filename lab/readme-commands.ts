/** Runs the commands of README.md as they stand there, on other ports: what the lab shows is what the README says. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './sluice.ts';

const run = promisify(execFile);

/**
 * The commands of the block that follows the comment `<!-- lab: name -->` in a Markdown text. `ports` tells which port
 * stands for which: every whole number of the text that is a key of it is replaced.
 */
export function commandsOf(markdown: string, name: string, ports: Readonly<Record<number, number>>): string {
  const block = new RegExp(`<!-- lab: ${name} -->\\s*\`\`\`[a-z]*\\n([^]*?)\\n\`\`\``).exec(markdown)?.[1];
  if (block === undefined) throw new Error(`README.md has no commands marked "lab: ${name}"`);
  return block.replaceAll(/\b\d+\b/g, (number) => String(ports[Number(number)] ?? number));
}

/** Runs a block of README.md with bash; answers the commands and what they printed. Throws when one of them fails. */
export async function runReadmeCommands(
  name: string,
  ports: Readonly<Record<number, number>>,
): Promise<{ commands: string; output: string }> {
  const commands = commandsOf(await readFile(join(repository, 'README.md'), 'utf8'), name, ports);
  // In the README plain curl is easier to read; here an answer of 400 and above must stop us.
  const strict = 'set -e -o pipefail\ncurl() { command curl --fail-with-body --silent --show-error "$@"; }\n';
  try {
    const { stdout } = await run('bash', ['-c', strict + commands], { timeout: 60_000 });
    return { commands, output: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`the commands "${name}" of README.md failed:\n${stdout}${stderr}`, { cause: error });
  }
}

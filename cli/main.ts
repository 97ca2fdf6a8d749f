/** The `sluice` command: one file for each of its sub-commands. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ApiError } from './api-client.ts';
import { registerConfigCommands } from './config-commands.ts';
import { registerUp } from './up-command.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('sluice')
  .description('An API-first load balancer.')
  .version(`Sluice version ${version}`, '-v, --version', 'print the version')
  .exitOverride()
  .showHelpAfterError()
  .addHelpText(
    'after',
    '\n  control-plane [options]  store the configuration and serve the REST API\n' +
      '  data-plane [options]     run a node that carries traffic\n' +
      '  -f FILE [options]        run a haproxy.cfg as haproxy does; -c checks it\n\nsluice COMMAND --help tells the options of a command.',
  );
registerUp(program);
registerConfigCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ApiError || (error as NodeJS.ErrnoException).code !== undefined) {
    process.stderr.write(`sluice: ${(error as Error).message}\n`);
    process.exitCode = 1;
  } else throw error;
}

/** Every command of the runtime API, and how a line finds its own. */
import { type Answer, type Command, type CommandInput, hasLevel, permissionDenied } from './command.ts';
import { counterCommands } from './counter-commands.ts';
import { eventCommands } from './event-commands.ts';
import { help, unknownCommand } from './help.ts';
import { infoCommands } from './info-commands.ts';
import { patternChanges } from './pattern-changes.ts';
import { patternCommands } from './pattern-commands.ts';
import { serverChanges } from './server-changes.ts';
import { serverCommands } from './server-commands.ts';
import { sessionCommands } from './session-commands.ts';
import { statCommands } from './stat-commands.ts';
import { tableCommands } from './table-commands.ts';
import { variableCommands } from './variable-commands.ts';

const helpCommand: Command = {
  words: ['help'],
  usage: 'help [<command>]',
  help: 'list the commands, or those that match',
  level: 'user',
  run: ({ words }) => help(commands, words.slice(1)),
};

/** In alphabetical order, but "help", "prompt" and "quit" at the end. */
export const commands: readonly Command[] = [
  helpCommand,
  ...sessionCommands,
  ...infoCommands,
  ...eventCommands,
  ...statCommands,
  ...serverCommands,
  ...serverChanges,
  ...counterCommands,
  ...tableCommands,
  ...patternCommands,
  ...patternChanges,
  ...variableCommands,
].sort((a, b) => rank(a) - rank(b) || compare(a.words.join(' '), b.words.join(' ')));

function rank({ words: [first = ''] }: Command): number {
  return ['help', 'prompt', 'quit'].indexOf(first);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Carries out the command that the words begin with. */
export function runCommand(input: CommandInput): Answer {
  const command = commands.find(({ words }) => words.every((word, index) => word === input.words[index]));
  if (command === undefined) return unknownCommand(commands, input.words);
  return hasLevel(input.session.level, command.level) ? command.run(input) : permissionDenied;
}

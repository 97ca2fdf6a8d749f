/** What is answered to "help" and to commands that do not exist: those that match, or come near. */
import { wordDistance } from '../../../shared/haproxy-cfg/keywords/nearest-word.ts';
import { type Command, type Notice, notice } from './command.ts';

const mostMatches = 5;

/** Lists the commands that begin with the words, else those that come near; all without words. */
export function help(commands: readonly Command[], words: readonly string[]): Notice {
  return notice(`The following commands are valid at this level:\n${list(commands, words)}`);
}

/** Answers words that name no command. */
export function unknownCommand(commands: readonly Command[], words: readonly string[]): Notice {
  const lead =
    words.length === 0
      ? 'Unknown command. Please enter one of the following commands only:'
      : 'Unknown command, but maybe one of the following ones is a better match:';
  return notice(`${lead}\n${list(commands, words)}`);
}

/** "help", "prompt" and "quit" come last in every list. */
const always = ['help', 'prompt', 'quit'];

function list(commands: readonly Command[], words: readonly string[]): string {
  const last = commands.filter((command) => always.includes(command.words[0] ?? ''));
  const shown = commands.filter((command) => command.help !== undefined && !last.includes(command));
  return [...matches(shown, words), ...last].map(describe).join('');
}

function describe({ usage, help: text }: Command): string {
  return `  ${usage.padEnd(40)}: ${text ?? ''}\n`;
}

/** As many words as any command has in common with the beginning must match; the rest decides who comes near. */
function matches(commands: readonly Command[], words: readonly string[]): Command[] {
  if (always.includes(words[0] ?? '')) return [];
  const common = Math.max(0, ...commands.map((command) => commonWords(command, words)));
  const candidates = commands.filter((command) => commonWords(command, words) === common);
  const rest = words.slice(common);
  if (rest.length === 0 || candidates.some((command) => command.words.length === common)) return candidates;
  return nearest(candidates, common, rest.join(' '));
}

function nearest(candidates: readonly Command[], common: number, wanted: string): Command[] {
  const ranked = candidates
    .map((command) => ({ command, distance: wordDistance(command.words.slice(common).join(' '), wanted) }))
    .sort((a, b) => a.distance - b.distance);
  const limit = (ranked[0]?.distance ?? 0) * 1.5;
  const near = ranked.filter(({ distance }) => distance <= limit).slice(0, mostMatches);
  return candidates.filter((command) => near.some((match) => match.command === command));
}

function commonWords(command: Command, words: readonly string[]): number {
  const index = command.words.findIndex((word, position) => word !== words[position]);
  return index === -1 ? command.words.length : index;
}

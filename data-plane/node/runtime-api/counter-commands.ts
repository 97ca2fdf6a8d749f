/** Commands that reset what is counted. */
import { type Command, type CommandInput, hasLevel, permissionDenied } from './command.ts';

export const counterCommands: readonly Command[] = [
  {
    words: ['clear', 'counters'],
    usage: 'clear counters [all]',
    help: 'clear the highest values of counters, or all counters',
    level: 'operator',
    run: clearCounters,
  },
];

function clearCounters({ node, session, words }: CommandInput) {
  const all = words[2] === 'all';
  if (all && !hasLevel(session.level, 'admin')) return permissionDenied;
  node.clearCounters(all);
  return '';
}

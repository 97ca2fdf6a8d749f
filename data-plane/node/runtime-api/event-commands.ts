/** "show events": what expressions have told of themselves (configuration manual 2.6, converter "debug"). */
import { type Answer, type Command, type CommandInput, failure, hasLevel, permissionDenied } from './command.ts';

export const eventCommands: readonly Command[] = [
  {
    words: ['show', 'events'],
    usage: 'show events [<sink>] [-w] [-n]',
    help: 'show where events go, or those that are kept; Sluice does not wait for more (-w)',
    level: 'user',
    run: showEvents,
  },
];

const sinks = `Supported events sinks are listed below. Add -w(wait), -n(new). Any key to stop
    stdout     : type=fd, 0 dropped, standard output (fd#1)
    stderr     : type=fd, 0 dropped, standard output (fd#2)
    buf0       : type=buffer, 0 dropped, in-memory ring buffer
`;

function showEvents({ node, session, words: [, , sink, ...options] }: CommandInput): Answer {
  if (sink === undefined) return sinks;
  if (!hasLevel(session.level, 'operator')) return permissionDenied;
  if (sink === 'stdout' || sink === 'stderr') return failure('Nothing to report for this sink');
  if (sink !== 'buf0') return failure('No such event sink');
  if (options.some((option) => !/^-[wn]+$/.test(option))) return failure('unknown option');
  const letters = options.join('');
  if (letters.includes('w')) return failure("'show events -w' is not supported by Sluice.");
  return letters.includes('n')
    ? ''
    : node
        .events()
        .map((line) => `${line}\n`)
        .join('');
}

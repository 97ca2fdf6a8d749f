/** Commands that concern the connection itself: its prompt, level, modes and timeout. */

import { parseDuration } from '../../../shared/duration.ts';
import { type Command, type CommandInput, failure, hasLevel, notice, permissionDenied } from './command.ts';

export const sessionCommands: readonly Command[] = [
  {
    words: ['operator'],
    usage: 'operator',
    help: 'lower the level of this connection to operator',
    level: 'user',
    run: (input) => lower(input, 'operator'),
  },
  {
    words: ['set', 'severity-output'],
    usage: 'set severity-output [none|number|string]',
    help: 'write the severity of answers in front of them',
    level: 'user',
    run: setSeverity,
  },
  {
    words: ['set', 'timeout'],
    usage: 'set timeout [cli] <delay>',
    help: 'change how long this connection may be silent',
    level: 'user',
    run: setTimeoutOfConnection,
  },
  {
    words: ['show', 'cli', 'level'],
    usage: 'show cli level',
    help: 'show the level of this connection',
    level: 'user',
    run: ({ session }) => notice(`${session.level}\n`),
  },
  {
    words: ['show', 'cli', 'sockets'],
    usage: 'show cli sockets',
    help: 'list the stats sockets',
    level: 'user',
    run: showSockets,
  },
  {
    words: ['user'],
    usage: 'user',
    help: 'lower the level of this connection to user',
    level: 'user',
    run: (input) => lower(input, 'user'),
  },
  {
    words: ['expert-mode'],
    usage: 'expert-mode [on|off]',
    help: undefined,
    level: 'admin',
    run: (input) => switchMode(input, 'expert'),
  },
  {
    words: ['experimental-mode'],
    usage: 'experimental-mode [on|off]',
    help: undefined,
    level: 'admin',
    run: (input) => switchMode(input, 'experimental'),
  },
  {
    words: ['prompt'],
    usage: 'prompt',
    help: 'switch the prompt on or off; with it, the connection stays open',
    level: 'user',
    run: ({ session }) => {
      session.interactive = !session.interactive;
      return '';
    },
  },
  {
    words: ['quit'],
    usage: 'quit',
    help: 'end the connection',
    level: 'user',
    run: ({ session }) => {
      session.ended = true;
      return '';
    },
  },
];

function lower({ session }: CommandInput, level: 'user' | 'operator') {
  if (!hasLevel(session.level, level)) return permissionDenied;
  Object.assign(session, { level, expert: false, experimental: false });
  return '';
}

function switchMode({ session, words }: CommandInput, mode: 'expert' | 'experimental') {
  if (words[1] === undefined) return notice(`${mode}-mode is ${session[mode] ? 'ON' : 'OFF'}\n`);
  session[mode] = words[1] === 'on';
  return '';
}

function setSeverity({ session, words }: CommandInput) {
  const severity = (['none', 'number', 'string'] as const).find((known) => known === words[2]);
  if (severity === undefined) return failure("one of 'none', 'number', 'string' is a required argument\n");
  session.severity = severity;
  return '';
}

/** A number without a unit counts seconds. */
function setTimeoutOfConnection({ session, words }: CommandInput) {
  const [, , side, delay] = words;
  if (side !== 'cli') return failure("'set timeout' only supports 'cli'.\n");
  if (delay === undefined) return failure('Expects an integer value.\n');
  const timeout = parseDuration(/^[0-9]+$/.test(delay) ? `${delay}s` : delay);
  if (timeout === undefined || timeout < 1) return failure('Invalid timeout value.\n');
  session.timeout = timeout;
  return '';
}

function showSockets({ node }: CommandInput) {
  const lines = node.snapshot.stats.sockets.map(({ address, level }) => `${address} ${level} all\n`);
  return `# socket lvl processes\n${lines.join('')}`;
}

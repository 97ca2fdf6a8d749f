/** What a command of the runtime API is: the words that call it, what help says of it, and what it does. */
import type { StatsLevel } from '../../../shared/model/stats-socket.ts';
import type { NodeView } from './node-view.ts';

/** What a client has set for its connection. */
export interface Session {
  level: StatsLevel;
  /** Of the socket; decides what "show stat" shows, whatever the client lowered. */
  readonly socketLevel: StatsLevel;
  interactive: boolean;
  expert: boolean;
  experimental: boolean;
  severity: 'none' | 'number' | 'string';
  /** Longest silence in milliseconds. */
  timeout: number;
  /** Set by "quit": nothing more is read or answered. */
  ended: boolean;
}

export interface CommandInput {
  readonly node: NodeView;
  readonly session: Session;
  /** All words of the line, those of the command included. */
  readonly words: readonly string[];
  /** The lines that followed `<<`; "" for none. */
  readonly payload: string;
}

/** An answer with its severity in the sense of syslog, which a client may ask for ("set severity-output"). */
export interface Notice {
  readonly severity: number;
  readonly text: string;
}

/** Text is data, shown as it is. An empty line follows every answer. */
export type Answer = string | Notice;

export interface Command {
  readonly words: readonly string[];
  /** How it is written, with its arguments. */
  readonly usage: string;
  /** What help says of it; undefined for a command that help does not show. */
  readonly help: string | undefined;
  /** What the client must be at least. */
  readonly level: StatsLevel;
  run(input: CommandInput): Answer;
}

const severities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** Why a command was not carried out. */
export function failure(text: string): Notice {
  return { severity: 3, text };
}

export function notice(text: string): Notice {
  return { severity: 6, text };
}

/** The answer as text, with its severity in front if the client asked for that. */
export function render(answer: Answer, { severity }: Session): string {
  if (typeof answer === 'string') return answer;
  if (severity === 'none' || answer.text === '') return answer.text;
  return `[${severity === 'number' ? answer.severity : severities[answer.severity]}]: ${answer.text}`;
}

const ranks: Record<StatsLevel, number> = { user: 0, operator: 1, admin: 2 };

export function hasLevel(held: StatsLevel, needed: StatsLevel): boolean {
  return ranks[held] >= ranks[needed];
}

export const permissionDenied = failure('Permission denied\n');

/** One connection to a stats socket: reads lines, has their commands carried out, answers (management manual 2.6, 9.3). */
import type { Socket } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import type { StatsLevel } from '../../../shared/model/stats-socket.ts';
import { type Answer, type CommandInput, render, type Session } from './command.ts';
import { beforePayload, splitCommands, splitWords } from './command-line.ts';

export interface CliOptions {
  readonly level: StatsLevel;
  /** Longest silence in milliseconds. */
  readonly timeout: number;
  /** Longest command in bytes, its payload included. */
  readonly bufsize: number;
  readonly clock: Clock;
  /** Called once, when everything has been answered. */
  onDone(): void;
  run(input: Pick<CommandInput, 'session' | 'words' | 'payload'>): Answer;
}

const lineFeed = 0x0a;

export class CliConnection {
  readonly #socket: Socket;
  readonly #options: CliOptions;
  readonly #session: Session;
  #unread: Buffer = Buffer.alloc(0);
  /** A command line whose payload is being read. */
  #awaiting: { readonly line: string; payload: string } | undefined;
  #cancelTimeout = () => {};
  #done = false;

  /** Serves the connection until it ends by itself. The socket must allow half-open connections. */
  constructor(socket: Socket, options: CliOptions) {
    this.#socket = socket;
    this.#options = options;
    const { level, timeout } = options;
    this.#session = {
      level,
      socketLevel: level,
      interactive: false,
      expert: false,
      experimental: false,
      severity: 'none',
      timeout,
      ended: false,
    };
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.#finish());
    socket.on('error', () => socket.destroy());
    socket.on('finish', () => this.#finished());
    socket.on('close', () => {
      this.#cancelTimeout();
      this.#finished();
    });
    this.#restartTimeout();
  }

  /** The node stops: nothing more is read, and what was answered still goes out. */
  finish(): void {
    this.#finish();
  }

  #receive(chunk: Buffer): void {
    if (this.#session.ended) return;
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    let answered = false;
    for (;;) {
      const end = this.#unread.indexOf(lineFeed);
      if (this.#isTooLong(end)) {
        this.#socket.destroy();
        return;
      }
      if (end === -1) break;
      const line = this.#unread.toString('utf8', 0, end).replace(/\r$/, '');
      this.#unread = this.#unread.subarray(end + 1);
      answered = this.#takeLine(line) || answered;
      if (this.#session.ended) {
        this.#finish();
        return;
      }
    }
    this.#restartTimeout();
    // Without the prompt a connection is there for what was sent at once.
    if (answered && !this.#session.interactive && this.#awaiting === undefined) this.#finish();
  }

  #isTooLong(lineEnd: number): boolean {
    const line = lineEnd === -1 ? this.#unread.length : lineEnd;
    const waiting = this.#awaiting;
    const before = waiting === undefined ? 0 : waiting.line.length + Buffer.byteLength(waiting.payload);
    return before + line >= this.#options.bufsize;
  }

  /** Whether commands were carried out: a line may also be part of a payload, or announce one. */
  #takeLine(line: string): boolean {
    const waiting = this.#awaiting;
    if (waiting !== undefined && line !== '') {
      waiting.payload += `${line}\n`;
      this.#prompt('+ ');
      return false;
    }
    if (waiting !== undefined) {
      this.#awaiting = undefined;
      this.#runLine(waiting.line, waiting.payload);
      return true;
    }
    const announcing = beforePayload(line);
    if (announcing !== undefined) {
      this.#awaiting = { line: announcing, payload: '' };
      this.#prompt('+ ');
      return false;
    }
    this.#runLine(line, '');
    return true;
  }

  #runLine(line: string, payload: string): void {
    const session = this.#session;
    for (const command of splitCommands(line)) {
      const answer = this.#options.run({ session, words: splitWords(command), payload });
      if (session.ended) return;
      this.#socket.write(`${render(answer, session)}\n`);
      this.#prompt('> ');
    }
  }

  #prompt(text: string): void {
    if (this.#session.interactive) this.#socket.write(text);
  }

  /** The client may take its time to read the answer, and to end its half, but not for ever. */
  #finish(): void {
    this.#session.ended = true;
    this.#socket.end();
    this.#restartTimeout();
  }

  #finished(): void {
    if (this.#done) return;
    this.#done = true;
    this.#options.onDone();
  }

  #restartTimeout(): void {
    this.#cancelTimeout();
    this.#cancelTimeout = this.#options.clock.after(this.#session.timeout, () => this.#socket.destroy());
  }
}

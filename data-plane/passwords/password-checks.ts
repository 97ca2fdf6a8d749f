/** What is known of passwords and hashes: each pair is checked once, in a thread of its own, and its verdict kept. */
import { createHmac, randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';

export interface PasswordQuestion {
  readonly id: number;
  /** One character for each byte. */
  readonly password: string;
  readonly hash: string;
}

export interface PasswordVerdict {
  readonly id: number;
  readonly holds: boolean;
}

/** Most verdicts that are kept; wrong passwords are without number and must not push right ones out. */
const mostRight = 10_000;
const mostWrong = 1_000;

/** Most pairs that wait for their turn; those beyond it count as wrong. */
const mostWaiting = 1_000;

interface Waiting {
  readonly key: string;
  readonly done: (() => void)[];
}

export class PasswordChecks {
  /** No password can be told from what is kept. */
  readonly #secret = randomBytes(32);
  readonly #right = new Set<string>();
  readonly #wrong = new Set<string>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #byKey = new Map<string, Waiting>();
  #thread: Worker | undefined;
  #lastId = 0;

  /** undefined where the pair has not been checked. */
  verdict(password: string, hash: string): boolean | undefined {
    const key = this.#keyOf(password, hash);
    if (this.#right.has(key)) return true;
    return this.#wrong.has(key) ? false : undefined;
  }

  /** Has a pair checked; `done` is called later, once {@link verdict} knows it or it is given up. */
  check(password: string, hash: string, done: () => void): void {
    const key = this.#keyOf(password, hash);
    const same = this.#byKey.get(key);
    if (same !== undefined) same.done.push(done);
    else if (this.#waiting.size >= mostWaiting) setImmediate(done);
    else {
      const id = ++this.#lastId;
      const waiting = { key, done: [done] };
      this.#waiting.set(id, waiting);
      this.#byKey.set(key, waiting);
      this.#thread ??= this.#start();
      this.#thread.postMessage({ id, password, hash } satisfies PasswordQuestion);
    }
  }

  /** Ends the thread; what waits is given up. */
  close(): void {
    void this.#thread?.terminate();
  }

  #keyOf(password: string, hash: string): string {
    return createHmac('sha256', this.#secret).update(hash).update('\0').update(password, 'latin1').digest('base64');
  }

  #start(): Worker {
    const thread = new Worker(new URL('./password-thread.ts', import.meta.url));
    thread.unref();
    thread.on('message', ({ id, holds }: PasswordVerdict) => this.#settle(id, holds));
    thread.on('error', (error) => process.stderr.write(`a password could not be checked: ${error.message}\n`));
    thread.on('exit', () => {
      this.#thread = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
    });
    return thread;
  }

  #settle(id: number, holds: boolean | undefined): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#byKey.delete(waiting.key);
    if (holds === true) keep(this.#right, waiting.key, mostRight);
    else if (holds === false) keep(this.#wrong, waiting.key, mostWrong);
    for (const done of waiting.done) done();
  }
}

/** Those of this process. */
export const passwordChecks = new PasswordChecks();

/** The oldest makes room. */
function keep(keys: Set<string>, key: string, most: number): void {
  if (keys.size >= most) for (const oldest of keys.values().take(1)) keys.delete(oldest);
  keys.add(key);
}

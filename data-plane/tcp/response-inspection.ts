/** The tcp-response rules at work on one connection in mode tcp: what the server sends waits until they have decided. */
import { judgeConnection, type TcpResponseRules, type TcpVerdict } from '../rules/tcp-rules.ts';
import type { WorkerContext } from '../worker/runtime.ts';
import { Timer } from '../worker/timer-wheel.ts';
import { StreamContent } from './stream-content.ts';
import type { StreamContext } from './stream-context.ts';

export interface InspectedResponse {
  responseJudged(verdict: Exclude<TcpVerdict, 'wait'>): void;
}

/** One for each connection to a server; the owner is told once. */
export class ResponseInspection extends Timer {
  readonly content = new StreamContent();
  readonly #context: WorkerContext;
  readonly #rules: TcpResponseRules;
  readonly #sample: StreamContext;
  readonly #owner: InspectedResponse;
  #isOver = false;

  constructor(context: WorkerContext, rules: TcpResponseRules, sample: StreamContext, owner: InspectedResponse) {
    super();
    this.#context = context;
    this.#rules = rules;
    this.#sample = sample;
    this.#owner = owner;
    this.#isOver = rules.inspectDelay === 0;
  }

  /** Call it as soon as the server is connected to, and whenever more has come. */
  judge(): void {
    const { content } = this;
    content.final = this.#isOver || content.isFull;
    const verdict = judgeConnection(this.#rules.content, this.#sample);
    if (verdict !== 'wait') {
      this.drop();
      this.#owner.responseJudged(verdict);
    } else if (this.deadline === Number.POSITIVE_INFINITY) {
      this.#context.timers.arm(this, this.#rules.inspectDelay);
    }
  }

  /** The server sends no more. */
  end(): void {
    this.#isOver = true;
    this.judge();
  }

  override expire(): void {
    this.end();
  }

  drop(): void {
    this.#context.timers.forget(this);
  }
}

/** What Sluice answers by itself in an exchange: error pages, and what rules say. */
import type { Termination } from '../report/termination.ts';
import type { RuleAnswer } from '../rules/rule-answer.ts';
import type { BackendRuntime, FrontendRuntime } from '../worker/runtime.ts';
import { findErrorPage, type ReadyAnswer, readyReply, withFields, writeAnswer } from './error-pages.ts';
import { RequestRelay } from './request-relay.ts';
import type { RuleState } from './response-steps.ts';

export abstract class OwnAnswers extends RequestRelay {
  /** What a tarpit will answer; undefined while none holds the request. */
  #held: RuleAnswer | undefined;

  /** Whether a tarpit holds the request. */
  protected get isHeld(): boolean {
    return this.#held !== undefined;
  }

  protected dropHeld(): void {
    this.#held = undefined;
  }

  /** Ends the exchange as a rule of the proxy says. */
  protected override answerByRule(answer: RuleAnswer, proxy: FrontendRuntime | BackendRuntime, state: RuleState): void {
    switch (answer.kind) {
      case 'return':
      case 'redirect':
        this.#conclude(answer, `L${state}`);
        return;
      case 'auth':
        this.#conclude(answer, `L${state}`);
        return;
      case 'invalid':
        this.client.frontend.counters.requestErrors++;
        this.#conclude(answer, `P${state}`);
        return;
      case 'error':
        this.#conclude(answer, `P${state}`);
        return;
      case 'deny':
        this.#countDenied(proxy, state);
        if (state === 'R') this.sample.tracked?.requestFailed();
        this.#conclude(answer, `P${state}`);
        return;
      case 'tarpit':
        this.#countDenied(proxy, state);
        this.sample.tracked?.requestFailed();
        this.#held = answer;
        this.context.timers.arm(this, proxy.timeouts.tarpit);
        return;
      case 'reject':
        this.#countDenied(proxy, state);
        this.#breakOff(state);
        return;
      case 'silent-drop':
        this.client.socket.resetAndDestroy();
        this.#breakOff(state);
    }
  }

  #countDenied(proxy: FrontendRuntime | BackendRuntime, state: RuleState): void {
    if (state === 'R') proxy.counters.deniedRequests++;
    else proxy.counters.responseErrors++;
  }

  #breakOff(state: RuleState): void {
    this.termination = `P${state}`;
    if (state === 'R' && this.record !== undefined) this.record.requestRead = -1;
    this.client.close();
  }

  /** The tarpit has held the request long enough. */
  protected releaseHeld(): void {
    const answer = this.#held as RuleAnswer;
    this.#held = undefined;
    this.#conclude(answer, 'PT');
  }

  #conclude({ status, reply, fields }: RuleAnswer, termination: Termination): void {
    if (reply === undefined) this.answer(status, termination, fields);
    else {
      this.termination = termination;
      this.keepClient = this.mayKeepClient();
      this.#send(readyReply(reply), status);
    }
  }

  /** Answers with the error page for a status; `fields` are lines that it gets besides its own. */
  protected override answer(status: number, termination: Termination, fields = ''): void {
    this.termination = termination;
    const page = this.#page(status);
    this.keepClient = this.mayKeepClient() && page.closes !== true;
    this.#send(fields === '' ? page : withFields(page, fields), status);
  }

  /** Of a response that it takes the place of, and of what could not be read, a page sees nothing. */
  #page(status: number): ReadyAnswer {
    if (this.method === '') this.sample.endRequest();
    this.sample.response = undefined;
    return findErrorPage(status, this.backend?.errorPages, this.client.frontend.errorPages, this.sample);
  }

  /** `status` is what the answer counts as, whatever an error file or a redirection in place of a page says. */
  #send(answer: ReadyAnswer, status: number): void {
    this.status = status;
    if (answer.head === '') {
      this.client.close();
      return;
    }
    // The head of the request is gone with the answer: an id that only the log asks for sees nothing of it.
    this.sample.request = undefined;
    const connection = this.connectionField(this.keepClient);
    // What cannot be read as a request is no matter of rules, which see the content even where the client gets none of it.
    if (this.hasAfterRules && this.method !== '')
      this.#sendChanged(writeAnswer(answer, connection, false), answer.status);
    else this.writeToClient(writeAnswer(answer, connection, this.method === 'HEAD'));
    if (this.answeringRule !== undefined) this.lastRule = this.answeringRule;
    this.end(false);
  }

  /** Rules for responses have their say; when one of them fails, nothing more is asked, and it ends as one of the proxy does. */
  #sendChanged(text: string, sent: number): void {
    const { lastRule } = this;
    const changed = this.afterRules(text);
    if (changed !== undefined) {
      if (changed.status !== sent) this.status = changed.status;
      this.writeToClient(changed.text);
      return;
    }
    this.lastRule = lastRule;
    // What was wrong before stays what ended the exchange.
    if (this.termination.startsWith('L')) this.termination = `P${this.termination.slice(1)}` as Termination;
    const page = this.#page(500);
    this.status = 500;
    if (page.head === '') this.keepClient = false;
    else this.writeToClient(writeAnswer(page, this.connectionField(this.keepClient), this.method === 'HEAD'));
  }
}

/** The steps that a request goes through before it is sent to a server. One that has to wait for the body is taken again. */
import type { ConnectionNotes } from '../listen/connection-context.ts';
import { evaluateWaitingRules, type Resumption } from '../rules/evaluate-rules.ts';
import type { RuleAnswer } from '../rules/rule-answer.ts';
import { judgeConnection } from '../rules/tcp-rules.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { MessageContent } from './message-content.ts';
import { OwnAnswers } from './own-answers.ts';
import { ReceivedBody } from './received-body.ts';
import { RequestHead } from './request-head.ts';
import { hasUnusualName, isUnusualName } from './unusual-names.ts';

/** The heads of all requests are read into this one in turn; a request that waits keeps it, and another takes its place. */
let shared = new RequestHead();

const forbidden: RuleAnswer = { kind: 'deny', status: 403, reply: undefined, fields: '' };

/** What is waited for: content that conditions ask for, or the body. */
type Awaited = 'content' | 'body';

export abstract class RequestSteps extends OwnAnswers {
  /** The head of the request: nothing of it is used after the call that read it, unless the request waits. */
  protected request = shared;
  #step = 0;
  #headLength = 0;
  /** Where the rules of the present step go on. */
  #resumption: Resumption | undefined;
  /** What the request waits for; undefined while it does not. */
  #awaited: Awaited | undefined;
  /** Whether the clock of the present step runs, or has run. */
  #clockStarted = false;
  #isOver = false;
  /** The client sends no more, while more is waited for. */
  #ended = false;
  #expectRead = false;
  #receivedBody: ReceivedBody | undefined;
  /** The request that it has been begun for. */
  #bodyIsOf: RequestHead | undefined;
  #content: MessageContent | undefined;

  constructor(context: WorkerContext, client: ExchangeClient, notes: ConnectionNotes) {
    super(context, client, notes);
  }

  /** All steps are behind it: the request goes to a server. */
  protected abstract sendRequest(): void;
  /** The client left before its request had come whole. */
  protected abstract abandonRequest(): void;
  /** The request is one of HTTP: the log tells what it asks for. */
  protected abstract noteRequest(): void;
  /** Answers a request that only asks whether all is well; false for any other. */
  protected abstract answersMonitor(frontend: FrontendRuntime): boolean;
  /** Finds the backend; false when there is none, which has been answered. */
  protected abstract findBackend(): boolean;
  /** A request that cannot be read ends the connection. */
  abstract refuse(status: number): void;

  /** Reads the head. Answers 0, or the status to refuse it with. */
  protected readRequest(text: string): number {
    this.request = shared;
    this.#step = 0;
    this.content.waitingRule = -1;
    this.#headLength = text.length;
    this.#resumption = undefined;
    this.#clockStarted = false;
    this.#isOver = false;
    this.#ended = false;
    this.#expectRead = false;
    this.#bodyIsOf = undefined;
    return shared.read(text);
  }

  /** Unless the request waits, the object of its head is another request's from now on. */
  protected leaveHead(): void {
    if (!this.isWaiting) this.sample.request = undefined;
  }

  #takeStepsAgain(): void {
    this.takeSteps();
    this.leaveHead();
  }

  /** Takes the steps that are left, up to one that answers or has to wait. */
  protected takeSteps(): void {
    while (this.#step < 8) {
      if (!this.#takeStep(this.#step)) return;
      if (this.#clockStarted) this.#stopWaiting();
      this.#step++;
    }
    if (this.#ended) this.abandonRequest();
    else this.sendRequest();
  }

  /** In HAProxy's order; false when the request goes no further now. */
  #takeStep(step: number): boolean {
    const { frontend } = this.client;
    switch (step) {
      case 0:
        return this.#passesContentRules(frontend);
      case 1:
        this.sample.keepRequest(this.request);
        // What is rejected before is not logged as a request of HTTP.
        if (this.record !== undefined) this.noteRequest();
        this.sample.captures?.readRequest(this.request.fields);
        this.sample.tracked?.requestRead();
        return frontend.monitorUri === '' || !this.answersMonitor(frontend);
      case 2:
        return !frontend.buffersRequests || this.hasBody(frontend.timeouts.httpRequest, 0);
      case 3:
        return this.#passesRules(frontend);
      case 4:
        return this.findBackend();
      case 5:
        return this.#passesContentRules(this.usedBackend);
      case 6:
        // What the rules above have begun to track.
        this.sample.tracked?.requestRead();
        return !this.usedBackend.buffersRequests || this.hasBody(frontend.timeouts.httpRequest, 0);
      default:
        return this.#passesRules(this.usedBackend);
    }
  }

  #passesContentRules(proxy: FrontendRuntime | BackendRuntime): boolean {
    const { content: rules, inspectDelay } = proxy.tcpRequestRules;
    if (rules.length === 0) return true;
    const { content, body } = this;
    if (body.failed) {
      this.#refuseBody();
      return false;
    }
    content.final = inspectDelay === 0 || this.#isOver || this.#ended || body.whole || body.isFull;
    const kind = judgeConnection(rules, this.sample);
    content.final = true;
    if (kind === 'accept') return true;
    if (kind === 'wait') this.#wait('content', inspectDelay);
    else
      this.answerByRule(
        { kind: kind === 'close' ? 'reject' : kind, status: 0, reply: undefined, fields: '' },
        proxy,
        'R',
      );
    return false;
  }

  #passesRules(proxy: FrontendRuntime | BackendRuntime): boolean {
    if (proxy.httpRequestRules.length === 0) return proxy.unusualNames === undefined || this.#passesNames(proxy);
    const outcome = evaluateWaitingRules(proxy.httpRequestRules, this.request, this.sample, this.#resumption);
    if (outcome === undefined) {
      this.#resumption = undefined;
      return proxy.unusualNames === undefined || this.#passesNames(proxy);
    }
    if ('kind' in outcome) {
      if (outcome.kind === 'deny' || outcome.kind === 'tarpit') {
        this.sample.captures?.readRequestCookie(this.request.fields);
      }
      this.answerByRule(outcome, proxy, 'R');
    } else this.#resumption = outcome;
    return false;
  }

  #passesNames(proxy: FrontendRuntime | BackendRuntime): boolean {
    if (!hasUnusualName(this.request.fields)) return true;
    if (proxy.unusualNames === 'delete') {
      this.request.removeHeaders(isUnusualName);
      return true;
    }
    this.answerByRule(forbidden, proxy, 'R');
    return false;
  }

  // What rules look at beside the head.

  get content(): MessageContent {
    if (this.sample.response !== undefined) return this.responseContent;
    this.#content ??= new MessageContent();
    this.#content.length = this.#headLength + (this.sample.request === undefined ? 0 : this.body.data.length);
    return this.#content;
  }

  get body(): ReceivedBody {
    this.#receivedBody ??= new ReceivedBody();
    const body = this.#receivedBody;
    const { request } = this;
    if (this.#bodyIsOf !== request) {
      this.#bodyIsOf = request;
      const { chunked, contentLength } = request.fields;
      body.begin(chunked ? 'chunked' : contentLength > 0 ? 'length' : 'none', contentLength, this.#headLength);
    }
    body.look(this.client.pending);
    return body;
  }

  // Waiting.

  get isWaiting(): boolean {
    return this.#awaited !== undefined;
  }

  hasBody(milliseconds: number, atLeast: number): boolean {
    const { body } = this;
    if (body.failed) {
      this.#refuseBody();
      return false;
    }
    if (!this.#expectRead) this.#answerExpectation();
    if (body.whole || body.isFull || this.#ended) return true;
    if (atLeast > 0 && body.data.length >= atLeast) return true;
    this.#wait('body', milliseconds);
    return false;
  }

  #refuseBody(): void {
    if (this.record !== undefined) this.record.requestRead = -1;
    this.refuse(400);
  }

  /** A client that waits to be asked for its body is asked (RFC 9110 section 10.1.1); the server need not do that again. */
  #answerExpectation(): void {
    this.#expectRead = true;
    const { fields } = this.request;
    if (!fields.expectContinue || this.minorVersion === 0 || (!fields.chunked && fields.contentLength <= 0)) return;
    this.request.removeHeader('expect');
    this.writeToClient('HTTP/1.1 100 Continue\r\n\r\n');
  }

  /** Reads on, at most for so long from the first time on, and never longer than the client may be silent; 0 for that long. */
  #wait(awaited: Awaited, milliseconds: number): void {
    this.#awaited = awaited;
    if (this.request === shared) shared = new RequestHead();
    this.client.armClientTimeout();
    if (this.#clockStarted) return;
    this.#clockStarted = true;
    if (milliseconds > 0) this.context.timers.arm(this, milliseconds);
    this.client.resume();
  }

  #stopWaiting(): void {
    this.#clockStarted = false;
    this.#isOver = false;
    this.context.timers.disarm(this);
    this.client.disarmClientTimeout();
    // As in HAProxy, what is waited for belongs to the request.
    if (this.record !== undefined) this.record.requestRead = this.record.elapsed;
    this.requestBody.begin('none', 0, false);
    this.beginBody(this.request.fields.chunked, this.request.fields.contentLength);
  }

  /** More of the body has come. */
  moreArrived(): void {
    const { body } = this;
    this.#awaited = undefined;
    if (body.failed) this.#refuseBody();
    else this.#takeStepsAgain();
  }

  /** The client sends no more: rules have to do with what is there, and no server is asked. */
  protected clientEndedInWait(): void {
    this.#ended = true;
    this.moreArrived();
  }

  /** The time is over: content rules have to do with what is there, a body that has not come is answered. */
  protected waitTimedOut(): void {
    const awaited = this.#awaited;
    this.#awaited = undefined;
    if (awaited === 'body') {
      if (this.record !== undefined) this.record.requestRead = -1;
      this.client.frontend.counters.requestErrors++;
      this.answer(408, 'cR');
      return;
    }
    this.#isOver = true;
    this.#takeStepsAgain();
  }

  protected dropWait(): void {
    if (this.isWaiting && this.record !== undefined) this.record.requestRead = -1;
    this.#awaited = undefined;
  }
}

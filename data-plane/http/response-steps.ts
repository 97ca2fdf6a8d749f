/** The steps that a response goes through before it is sent to the client. One that has to wait for its body is taken again. */
import type { ConnectionNotes } from '../listen/connection-context.ts';
import type { Termination } from '../report/termination.ts';
import { evaluateRules, evaluateWaitingRules, type Resumption } from '../rules/evaluate-rules.ts';
import type { HttpResponseRules } from '../rules/http-response-rules.ts';
import { internalError, type RuleAnswer } from '../rules/rule-answer.ts';
import { judgeConnection, type TcpRules, type TcpVerdict } from '../rules/tcp-rules.ts';
import type { ServerConnection } from '../upstream/server-connection.ts';
import type { BackendRuntime, FrontendRuntime, WorkerContext } from '../worker/runtime.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { ExchangeTransaction } from './exchange-transaction.ts';
import { MessageContent } from './message-content.ts';
import { ReceivedBody } from './received-body.ts';
import { ResponseHead } from './response-head.ts';

/** The heads of all responses are read into this one in turn; a response that waits keeps it, and another takes its place. */
let shared = new ResponseHead();

const nothing: Buffer = Buffer.alloc(0);

/** Where an exchange stands when a rule ends it: with the request, the head of the response, or what a server sends as such. */
export type RuleState = 'R' | 'H' | 'D';

export abstract class ResponseSteps extends ExchangeTransaction {
  /** The method that the server was sent: rules may have changed it. */
  protected serverMethod = '';
  /** Status of the answer that was begun; 0 before. */
  protected status = 0;
  /** The head of the response: nothing of it is used after the call that read it, unless the response waits. */
  protected response = shared;
  /** When the head of a response that has waited came, as the log counts; -1 for one that has not. */
  protected headReadAt = -1;
  /** A rule has closed the connection to the server, as soon as the response is through. */
  protected leavesServer = false;
  /** What of the body has come: source[sourceStart..sourceEnd], a buffer of its own where the response waits. */
  #source = nothing;
  #sourceStart = 0;
  #sourceEnd = 0;
  #headLength = 0;
  #step = 0;
  #resumption: Resumption | undefined;
  /** What the response waits for: content that conditions ask for, or the body; undefined while it does not. */
  #awaited: 'content' | 'body' | undefined;
  /** Whether the clock of the present step runs, or has run. */
  #clockStarted = false;
  #isOver = false;
  /** The server sends no more. */
  #ended = false;
  #receivedBody: ReceivedBody | undefined;
  /** Whether it has been begun for this response. */
  #bodyBegun = false;
  #content: MessageContent | undefined;

  constructor(context: WorkerContext, client: ExchangeClient, notes: ConnectionNotes) {
    super(context, client, notes);
  }

  /** Ends the exchange as a rule of the proxy says. */
  protected abstract answerByRule(answer: RuleAnswer, proxy: FrontendRuntime | BackendRuntime, state: RuleState): void;
  /** Answers with the error page for a status. */
  protected abstract answer(status: number, termination: Termination): void;
  /** The same, for what the server did wrong. */
  protected abstract responseFailed(status: number, termination: Termination): void;
  /** Sends on a response that has waited; `bytes` are what of its body has come. */
  protected abstract sendWaited(bytes: Buffer): void;
  /** Reads a head; false when it is malformed. */
  protected readResponse(text: string, method: string): boolean {
    this.response = shared;
    this.#bodyBegun = false;
    return shared.read(text, method);
  }

  /**
   * Takes the steps of the response that has been read, with a head of so many bytes and what of its body has come in
   * buffer[start..end]. Answers false when it goes no further now: it is answered in another way, or waits.
   */
  protected passesSteps(buffer: Buffer, start: number, end: number, headLength: number): boolean {
    this.#source = buffer;
    this.#sourceStart = start;
    this.#sourceEnd = end;
    this.#headLength = headLength;
    this.#step = 0;
    this.#resumption = undefined;
    this.#clockStarted = false;
    this.#isOver = false;
    this.#ended = false;
    this.leavesServer = false;
    this.headReadAt = -1;
    this.#noteServer();
    this.sample.responseVersion = this.response.minorVersion;
    if (this.record !== undefined) this.record.noteHead(this.response.minorVersion);
    this.sample.captures?.readResponse(this.response.fields);
    const passes = this.#takeSteps();
    if (!this.responseWaits) this.#source = nothing;
    return passes;
  }

  /** Takes the steps that are left, up to one that answers or has to wait. */
  #takeSteps(): boolean {
    while (this.#step < 4) {
      if (!this.#takeStep(this.#step)) return false;
      if (this.#clockStarted) this.#stopWaiting();
      this.#step++;
    }
    return true;
  }

  /** In HAProxy's order; false when the response goes no further now. */
  #takeStep(step: number): boolean {
    const { usedBackend: backend } = this;
    const { frontend } = this.client;
    switch (step) {
      case 0:
        return backend.tcpResponseRules.content.length === 0 || this.#passesContentRules(backend);
      case 1:
        return backend.httpResponseRules.length === 0 || this.#passesRules(backend.httpResponseRules, backend);
      case 2:
        return frontend.httpResponseRules.length === 0 || this.#passesRules(frontend.httpResponseRules, frontend);
      default:
        this.sample.captures?.readResponseCookie(this.response.fields);
        if (!this.hasAfterRules || this.#passesAfterRules()) return true;
        this.answerByRule(internalError, backend, 'H');
        return false;
    }
  }

  /** Stick rules of the backend note the server that has answered. */
  #noteServer(): void {
    const { request, response: rules } = this.usedBackend.stickRules;
    if (request.length + rules.length === 0) return;
    this.#adopt();
    this.noteServer(this.sample);
  }

  /** Rules look at the response that has been read. */
  #adopt(): void {
    this.sample.beginResponse(this.response, this.connection);
  }

  /**
   * As in HAProxy the tcp-response rules of a backend without a delay were due when the server was connected to, and see
   * nothing of the response; with one they see its head, and wait for its body.
   */
  #passesContentRules(backend: BackendRuntime): boolean {
    const { content: rules, inspectDelay } = backend.tcpResponseRules;
    this.sample.beginResponse(inspectDelay === 0 ? undefined : this.response, this.connection);
    const kind = inspectDelay === 0 ? judgeConnection(rules, this.sample) : this.#inspect(rules);
    switch (kind) {
      case 'wait':
        if (this.responseBody.failed) this.responseFailed(502, 'PH');
        else this.#wait('content', inspectDelay);
        return false;
      case 'reject':
      case 'silent-drop':
        this.status = this.response.status;
        this.answerByRule({ kind, status: 0, reply: undefined, fields: '' }, backend, 'D');
        return false;
      case 'close':
        this.leavesServer = true;
    }
    return true;
  }

  #inspect(rules: TcpRules): TcpVerdict {
    const { responseBody: body, responseContent: content } = this;
    content.final = this.#isOver || this.#ended || body.whole || body.isFull;
    const kind = judgeConnection(rules, this.sample);
    content.final = true;
    return kind;
  }

  #passesRules(rules: HttpResponseRules, proxy: FrontendRuntime | BackendRuntime): boolean {
    this.#adopt();
    const outcome = evaluateWaitingRules(rules, this.response, this.sample, this.#resumption);
    this.#resumption = undefined;
    if (outcome === undefined) return true;
    if ('kind' in outcome) this.answerByRule(outcome, proxy, 'H');
    else if (this.responseBody.failed) this.responseFailed(502, 'PH');
    else this.#resumption = outcome;
    return false;
  }

  protected get hasAfterRules(): boolean {
    const after = this.client.frontend.httpAfterResponseRules.length;
    return after > 0 || (this.backend !== undefined && this.backend.httpAfterResponseRules.length > 0);
  }

  /** Applies http-after-response rules to the response that has been read; false when one of them failed. */
  #passesAfterRules(): boolean {
    this.#adopt();
    const { backend, response, sample } = this;
    if (backend !== undefined && evaluateRules(backend.httpAfterResponseRules, response, sample) !== undefined) {
      return false;
    }
    return evaluateRules(this.client.frontend.httpAfterResponseRules, response, sample) === undefined;
  }

  /** An answer of our own as http-after-response rules leave it, and its status; undefined when one of them failed. */
  protected afterRules(answer: string): { text: string; status: number } | undefined {
    const headEnd = answer.indexOf('\r\n\r\n') + 4;
    if (!this.readResponse(answer.slice(0, headEnd), this.method)) return undefined;
    const { response } = this;
    const { connection } = response.fields;
    const content = answer.slice(headEnd);
    this.#receivedBody ??= new ReceivedBody();
    this.#receivedBody.beginWith(content);
    this.#bodyBegun = true;
    this.#headLength = headEnd;
    if (!this.#passesAfterRules()) return undefined;
    const isDropped = this.method === 'HEAD' || response.dropsBody(this.method);
    return {
      text: response.write(connection, false) + (isDropped ? '' : content),
      status: response.status,
    };
  }

  // What rules look at beside the head.

  get responseContent(): MessageContent {
    this.#content ??= new MessageContent();
    this.#content.length = this.#headLength + this.responseBody.data.length;
    return this.#content;
  }

  get responseBody(): ReceivedBody {
    this.#receivedBody ??= new ReceivedBody();
    const body = this.#receivedBody;
    if (!this.#bodyBegun) {
      this.#bodyBegun = true;
      const { framing, fields } = this.response;
      body.begin(framing, fields.contentLength, this.#headLength);
    }
    body.look(this.#source.subarray(this.#sourceStart, this.#sourceEnd));
    return body;
  }

  // Waiting.

  /** Whether the response waits for its body. */
  protected get responseWaits(): boolean {
    return this.#awaited !== undefined;
  }

  hasResponseBody(milliseconds: number, atLeast: number): boolean {
    const { responseBody: body } = this;
    if (body.failed) return false;
    if (body.whole || body.isFull || this.#ended || (atLeast > 0 && body.data.length >= atLeast)) return true;
    this.#wait('body', milliseconds);
    return false;
  }

  /** Reads on, at most for so long from the first time on, and never longer than the server may be silent; 0 for that long. */
  #wait(awaited: 'content' | 'body', milliseconds: number): void {
    this.#awaited = awaited;
    (this.connection as ServerConnection).arm(this.serverTimeout);
    if (this.#clockStarted) return;
    this.#clockStarted = true;
    // Content rules look at a response before its head counts as read.
    if (awaited === 'body' && this.record !== undefined && this.headReadAt < 0) this.headReadAt = this.record.elapsed;
    if (milliseconds > 0) this.context.timers.arm(this, milliseconds);
    if (this.response !== shared) return;
    shared = new ResponseHead();
    this.#source = Buffer.from(this.#source.subarray(this.#sourceStart, this.#sourceEnd));
    this.#sourceStart = 0;
    this.#sourceEnd = this.#source.length;
  }

  #stopWaiting(): void {
    this.#clockStarted = false;
    this.#isOver = false;
    this.context.timers.disarm(this);
  }

  /** More of the body has come. */
  protected moreOfResponse(buffer: Buffer, length: number): void {
    this.#source = Buffer.concat([this.#source, buffer.subarray(0, length)]);
    this.#sourceEnd = this.#source.length;
    this.#takeStepsAgain();
  }

  /** The server sends no more: rules have to do with what is there. */
  protected endWait(): void {
    this.#ended = true;
    this.responseBody.end();
    this.leavesServer = true;
    this.#takeStepsAgain();
  }

  /** The time is over: content rules have to do with what is there, a body that has not come is answered. */
  protected responseTimedOut(): void {
    if (this.#awaited === 'body') {
      this.answer(504, 'sR');
      return;
    }
    this.#isOver = true;
    this.#takeStepsAgain();
  }

  #takeStepsAgain(): void {
    this.#awaited = undefined;
    if (!this.#takeSteps()) return;
    const bytes = this.#source;
    this.#source = nothing;
    this.sendWaited(bytes);
  }

  protected dropResponseWait(): void {
    this.#awaited = undefined;
    this.#source = nothing;
  }
}

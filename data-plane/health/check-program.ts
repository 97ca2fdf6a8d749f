/** What of an HTTP check is worked out anew each time: variables, texts, and what is told of the answer. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { CheckStep, HttpCheck } from '../../shared/model/health-check.ts';
import { ResponseHead } from '../http/response-head.ts';
import type { NodeContext } from '../node/node-context.ts';
import { compileSample } from '../rules/compile-sample.ts';
import { compileText, type WriteText } from '../rules/compile-text.ts';
import { compileVariableRule } from '../rules/compile-variables.ts';
import type { SampleContext } from '../rules/sample-context.ts';
import { asInteger } from '../rules/sample-value.ts';

/** The parts of a request that a check may make anew. */
export interface CheckRequest {
  readonly uri: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
}

/** What is told of an answer beside whether it is as expected. */
export interface CheckTold {
  readonly code: number;
  readonly info: string;
}

/** A server as a check connects to it. */
export interface CheckedServer {
  readonly backend: string;
  readonly server: string;
  readonly address: string;
  readonly port: number;
}

type Step = (context: SampleContext) => void;

export class CheckProgram {
  readonly #newContext: (target: CheckedServer) => NodeContext;
  readonly #method: string;
  readonly #uri: WriteText;
  readonly #headers: readonly { readonly name: string; readonly write: WriteText }[];
  readonly #body: WriteText;
  readonly #beforeSend: readonly Step[];
  readonly #beforeExpect: readonly Step[];
  readonly #afterExpect: readonly Step[];
  readonly #onSuccess: WriteText | undefined;
  readonly #onError: WriteText | undefined;
  readonly #statusCode: ((context: SampleContext) => number | undefined) | undefined;

  /** Throws Error on what shared/model would have refused. */
  constructor(check: HttpCheck, newContext: (target: CheckedServer) => NodeContext) {
    const { uri = '/', uriLf, headers = [], body = '', bodyLf, expect = {} } = check;
    const bytes = Buffer.from(body).toString('latin1');
    this.#method = check.method ?? 'OPTIONS';
    this.#newContext = newContext;
    this.#uri = uriLf === undefined ? () => uri : compileText(uriLf, 'check');
    this.#headers = headers.map(({ name, value }) => ({ name, write: compileText(value, 'check') }));
    this.#body = bodyLf === undefined ? () => bytes : compileText(bodyLf, 'check', false);
    this.#beforeSend = compileSteps(check.beforeSend);
    this.#beforeExpect = compileSteps(check.beforeExpect);
    this.#afterExpect = compileSteps(check.afterExpect);
    this.#onSuccess = expect.onSuccess === undefined ? undefined : compileText(expect.onSuccess, 'check', false);
    this.#onError = expect.onError === undefined ? undefined : compileText(expect.onError, 'check', false);
    this.#statusCode = expect.statusCode === undefined ? undefined : compileCode(expect.statusCode);
  }

  begin(target: CheckedServer): CheckCourse {
    return new CheckCourse(this, this.#newContext(target));
  }

  request(context: SampleContext): CheckRequest {
    for (const step of this.#beforeSend) step(context);
    const headers = this.#headers.map(({ name, write }) => ({ name, value: write(context) }));
    const request = { uri: this.#uri(context) || '/', headers, body: this.#body(context) };
    for (const step of this.#beforeExpect) step(context);
    return request;
  }

  /** Texts that are not given stay as they are; a head that is not to be trusted is not looked at. */
  tell(context: NodeContext, head: string, healthy: boolean, code: number, info: string): CheckTold {
    const response = new ResponseHead();
    if (head !== '' && response.read(head, this.#method)) context.response = response;
    const write = healthy ? this.#onSuccess : this.#onError;
    const told = { code: this.#statusCode?.(context) ?? code, info: write === undefined ? info : write(context) };
    if (healthy) for (const step of this.#afterExpect) step(context);
    return told;
  }
}

/** One check under way. */
export class CheckCourse {
  readonly #program: CheckProgram;
  readonly #context: NodeContext;

  constructor(program: CheckProgram, context: NodeContext) {
    this.#program = program;
    this.#context = context;
  }

  request(): CheckRequest {
    return this.#program.request(this.#context);
  }

  /** What is told of an answer; its head is "" where it is no HTTP. */
  tell(head: string, healthy: boolean, code: number, info: string): CheckTold {
    return this.#program.tell(this.#context, head, healthy, code, info);
  }

  /** What it has set counts no more. */
  end(): void {
    this.#context.variables.endSession();
  }
}

function compileSteps(steps: readonly CheckStep[] = []): Step[] {
  return steps.map((step) => compileVariableRule(step, 'check'));
}

function compileCode(text: string): (context: SampleContext) => number | undefined {
  const { get } = compileSample(parseSample(text, 'check'));
  return (context) => {
    const value = get(context);
    const code = value === undefined ? undefined : asInteger(value);
    return code === undefined ? undefined : Number(BigInt.asIntN(16, BigInt(code)));
  };
}

/** The variables that rules set and expressions read, each with the scope that its name begins with. */
import type { VariableScope } from '../../shared/language/argument-types.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { VariableLimits } from '../../shared/model/snapshot.ts';
import type { ProcessVariables } from './process-variables.ts';
import type { Value } from './sample-value.ts';
import { isWithin, sizeOf } from './variable-limits.ts';

export interface Variable {
  readonly value: Value;
  readonly type: SampleType;
  /** Bytes that it counts; 0 while there are no limits. */
  size: number;
}

type Store = Map<string, Variable>;

/** One for each client connection. Nothing is made for a scope until something is set in it. */
export class Variables {
  readonly #process: ProcessVariables;
  #session: Store | undefined;
  #transaction: Store | undefined;
  /** Those of the request, and once it is dealt with those of the response. */
  #message: Store | undefined;
  #inResponse = false;
  /** Bytes that count, each with those of the next. */
  #sessionSize = 0;
  #transactionSize = 0;
  #messageSize = 0;

  /** Of a health check rather than a connection: there are those of "check" in place of transaction and messages. */
  readonly #isOfCheck: boolean;

  constructor(process: ProcessVariables, isOfCheck = false) {
    this.#process = process;
    this.#isOfCheck = isOfCheck;
  }

  /** A new request begins. */
  beginTransaction(): void {
    this.#transaction = undefined;
    this.#message = undefined;
    this.#inResponse = false;
    if (this.#transactionSize !== 0) this.#add('txn', -this.#transactionSize);
    this.#messageSize = 0;
  }

  /** The request is dealt with: what comes now is its response. */
  beginResponse(): void {
    if (this.#inResponse) return;
    this.#message = undefined;
    this.#inResponse = true;
    if (this.#messageSize !== 0) this.#add('req', -this.#messageSize);
  }

  /** The request and its response are over: what they count counts no more. */
  endTransaction(): void {
    if (this.#transactionSize !== 0) this.beginTransaction();
  }

  /** The same of the connection. */
  endSession(): void {
    this.endTransaction();
    if (this.#sessionSize !== 0) this.#add('sess', -this.#sessionSize);
    this.#session = undefined;
  }

  /** Whether there can be variables of this scope now: request and response have theirs one after the other. */
  has(scope: VariableScope): boolean {
    if (this.#isOfCheck) return scope === 'check' || scope === 'sess' || scope === 'proc';
    if (scope === 'req') return !this.#inResponse;
    return scope === 'res' ? this.#inResponse : scope !== 'check';
  }

  get(scope: VariableScope, name: string): Variable | undefined {
    return this.has(scope) ? this.#store(scope)?.get(name) : undefined;
  }

  /** Answers false where there can be no variables of this scope, or no more. */
  set(scope: VariableScope, name: string, value: Value, type: SampleType): boolean {
    if (!this.has(scope)) return false;
    const variable: Variable = { value, type, size: 0 };
    if (this.#process.limits !== undefined && !this.#count(this.#process.limits, scope, name, variable)) return false;
    this.#storeFor(scope).set(name, variable);
    return true;
  }

  unset(scope: VariableScope, name: string): boolean {
    if (!this.has(scope)) return false;
    const store = this.#store(scope);
    const size = store?.get(name)?.size ?? 0;
    store?.delete(name);
    if (size !== 0 && scope !== 'proc') this.#add(scope, -size);
    return true;
  }

  /** Whether there is room for a variable; one that has become too large is forgotten. */
  #count(limits: VariableLimits, scope: VariableScope, name: string, variable: Variable): boolean {
    variable.size = sizeOf(variable);
    const more = variable.size - (this.#store(scope)?.get(name)?.size ?? 0);
    if (more <= 0 || this.#hasRoom(limits, scope, more)) {
      if (scope !== 'proc') this.#add(scope, more);
      return true;
    }
    this.unset(scope, name);
    return false;
  }

  #hasRoom(limits: VariableLimits, scope: VariableScope, more: number): boolean {
    const { used } = this.#process;
    if (!isWithin(used + more, limits.proc) || !isWithin(used + more, limits.global)) return false;
    if (scope === 'proc') return true;
    if (!isWithin(this.#sessionSize + more, limits.sess)) return false;
    if (scope === 'sess') return true;
    if (scope === 'check') return isWithin(this.#transactionSize + more, limits.check);
    if (!isWithin(this.#transactionSize + more, limits.txn)) return false;
    return scope === 'txn' || isWithin(this.#messageSize + more, limits.reqres);
  }

  /** Scopes within the process count in those around them. */
  #add(scope: VariableScope, size: number): void {
    if (scope === 'req' || scope === 'res') this.#messageSize += size;
    if (scope !== 'sess') this.#transactionSize += size;
    this.#sessionSize += size;
    this.#process.used += size;
  }

  #store(scope: VariableScope): Store | ProcessVariables | undefined {
    switch (scope) {
      case 'proc':
        return this.#process;
      case 'sess':
        return this.#session;
      case 'txn':
      case 'check':
        return this.#transaction;
      default:
        return this.#message;
    }
  }

  #storeFor(scope: VariableScope): Store | ProcessVariables {
    switch (scope) {
      case 'proc':
        return this.#process;
      case 'sess':
        this.#session ??= new Map();
        return this.#session;
      case 'txn':
      case 'check':
        this.#transaction ??= new Map();
        return this.#transaction;
      default:
        this.#message ??= new Map();
        return this.#message;
    }
  }
}

/** A reference such as "txn.user", taken apart. */
export interface VariableName {
  readonly scope: VariableScope;
  readonly name: string;
}

export function parseVariable(text: string): VariableName {
  const dot = text.indexOf('.');
  return { scope: text.slice(0, dot) as VariableScope, name: text.slice(dot + 1) };
}

/** The type of a value whose expression says none. */
export function typeOfValue(value: Value, type: SampleType): SampleType {
  if (type !== 'any') return type;
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  return typeof value === 'object' ? 'addr' : 'sint';
}

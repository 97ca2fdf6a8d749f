/** The variables that rules set and expressions read, each with the scope that its name begins with. */
import type { VariableScope } from '../../shared/language/argument-types.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { ProcessVariables } from './process-variables.ts';
import type { Value } from './sample-value.ts';

export interface Variable {
  readonly value: Value;
  readonly type: SampleType;
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

  constructor(process: ProcessVariables) {
    this.#process = process;
  }

  /** A new request begins. */
  beginTransaction(): void {
    this.#transaction = undefined;
    this.#message = undefined;
    this.#inResponse = false;
  }

  /** The request is dealt with: what comes now is its response. */
  beginResponse(): void {
    if (this.#inResponse) return;
    this.#message = undefined;
    this.#inResponse = true;
  }

  /** Whether there can be variables of this scope now: request and response have theirs one after the other. */
  has(scope: VariableScope): boolean {
    if (scope === 'req') return !this.#inResponse;
    return scope === 'res' ? this.#inResponse : scope !== 'check';
  }

  get(scope: VariableScope, name: string): Variable | undefined {
    return this.has(scope) ? this.#store(scope)?.get(name) : undefined;
  }

  /** Answers false where there can be no variables of this scope. */
  set(scope: VariableScope, name: string, variable: Variable): boolean {
    if (!this.has(scope)) return false;
    this.#storeFor(scope).set(name, variable);
    return true;
  }

  unset(scope: VariableScope, name: string): boolean {
    if (!this.has(scope)) return false;
    this.#store(scope)?.delete(name);
    return true;
  }

  #store(scope: VariableScope): Store | ProcessVariables | undefined {
    switch (scope) {
      case 'proc':
        return this.#process;
      case 'sess':
        return this.#session;
      case 'txn':
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

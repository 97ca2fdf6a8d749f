/** The variables that rules set and expressions read, each with the scope that its name begins with. */
import type { VariableScope } from '../../shared/language/argument-types.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { Value } from './sample-value.ts';

export interface Variable {
  readonly value: Value;
  readonly type: SampleType;
}

type Store = Map<string, Variable>;

/** Those of the process: of each worker its own. */
const processStore: Store = new Map();

/** One for each client connection. Nothing is made for a scope until something is set in it. */
export class Variables {
  #session: Store | undefined;
  #transaction: Store | undefined;
  #request: Store | undefined;
  #response: Store | undefined;

  /** A new request begins. */
  beginTransaction(): void {
    this.#transaction = undefined;
    this.#request = undefined;
    this.#response = undefined;
  }

  /** The request is dealt with: what comes now is its response. */
  beginResponse(): void {
    this.#request = undefined;
  }

  get(scope: VariableScope, name: string): Variable | undefined {
    return this.#store(scope)?.get(name);
  }

  set(scope: VariableScope, name: string, variable: Variable): void {
    this.#storeFor(scope).set(name, variable);
  }

  unset(scope: VariableScope, name: string): void {
    this.#store(scope)?.delete(name);
  }

  #store(scope: VariableScope): Store | undefined {
    switch (scope) {
      case 'proc':
        return processStore;
      case 'sess':
        return this.#session;
      case 'txn':
        return this.#transaction;
      case 'req':
        return this.#request;
      default:
        return this.#response;
    }
  }

  #storeFor(scope: VariableScope): Store {
    switch (scope) {
      case 'proc':
        return processStore;
      case 'sess':
        this.#session ??= new Map();
        return this.#session;
      case 'txn':
        this.#transaction ??= new Map();
        return this.#transaction;
      case 'req':
        this.#request ??= new Map();
        return this.#request;
      default:
        this.#response ??= new Map();
        return this.#response;
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

/** The variables that rules set and expressions read, each with the scope that its name begins with. */
import type { VariableCondition, VariableScope } from '../../shared/language/argument-types.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { Integer, Value } from './sample-value.ts';

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

/** Sets a variable; answers whether all conditions held. */
export type SetVariable = (variables: Variables, variable: Variable) => boolean;

/** Conditions look at the variable as it is, and at what it is to become. */
export function compileSetVariable(text: string, conditions: readonly VariableCondition[]): SetVariable {
  const { scope, name } = parseVariable(text);
  if (conditions.length === 0) {
    return (variables, variable) => {
      variables.set(scope, name, variable);
      return true;
    };
  }
  const tests = conditions.map((condition) => variableTests[condition]);
  // Variables of the process are there from the start, but not set.
  const always = scope === 'proc' ? conditions.indexOf('ifexists') : -1;
  const never = scope === 'proc' && conditions.includes('ifnotexists');
  return (variables, variable) => {
    const before = variables.get(scope, name);
    if (never || !tests.every((test, index) => index === always || test(before, variable))) return false;
    variables.set(scope, name, variable);
    return true;
  };
}

type VariableTest = (before: Variable | undefined, next: Variable) => boolean;

const isSet: VariableTest = (before) => before !== undefined;
const isEmpty: VariableTest = (_before, { value }) => value === '';

/** Only numbers are greater or less than each other: others are let be. */
function compared(holds: (before: Integer, next: Integer) => boolean): VariableTest {
  return (before, next) => {
    if (before === undefined || before.type !== 'sint' || next.type !== 'sint') return true;
    return holds(before.value as Integer, next.value as Integer);
  };
}

const variableTests: Readonly<Record<VariableCondition, VariableTest>> = {
  ifexists: isSet,
  ifnotexists: (...args) => !isSet(...args),
  ifempty: isEmpty,
  ifnotempty: (...args) => !isEmpty(...args),
  ifset: isSet,
  ifnotset: (...args) => !isSet(...args),
  ifgt: compared((before, next) => before > next),
  iflt: compared((before, next) => before < next),
};

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

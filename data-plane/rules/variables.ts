/** The variables that rules set and ask for (configuration manual 2.6, section 2.8). */

export type VariableScope = 'proc' | 'sess' | 'txn' | 'req' | 'res';
export type VariableValue = string | number | boolean | Buffer;

type Values = Map<string, VariableValue>;

/** Those of the process: of this worker, since workers share no memory. */
const processValues: Values = new Map();

/** Where a variable such as "txn.tenant" is kept. */
export interface VariablePlace {
  readonly scope: VariableScope;
  readonly name: string;
}

/** Throws Error on a name without a known scope. */
export function parseVariable(text: string): VariablePlace {
  const match = /^(proc|sess|txn|req|res)\.([A-Za-z0-9_]+)$/.exec(text);
  if (match === null) throw new Error(`"${text}" is no variable: it begins with proc., sess., txn., req. or res.`);
  return { scope: match[1] as VariableScope, name: match[2] as string };
}

/** The variables of one client connection and of the transaction under way on it. */
export class Variables {
  readonly #values: Readonly<Record<VariableScope, Values>> = {
    proc: processValues,
    sess: new Map(),
    txn: new Map(),
    req: new Map(),
    res: new Map(),
  };

  get({ scope, name }: VariablePlace): VariableValue | undefined {
    return this.#values[scope].get(name);
  }

  set({ scope, name }: VariablePlace, value: VariableValue): void {
    this.#values[scope].set(name, value);
  }

  unset({ scope, name }: VariablePlace): void {
    this.#values[scope].delete(name);
  }

  /** A new request has come. */
  beginTransaction(): void {
    this.#values.txn.clear();
    this.#values.req.clear();
    this.#values.res.clear();
  }

  /** The request has been dealt with. */
  beginResponse(): void {
    this.#values.req.clear();
  }
}

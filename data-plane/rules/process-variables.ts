/** The variables of the process: those that all connections share, and all workers of a node. */
import { addressText, parseSocketAddress } from '../../shared/address.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { VariableLimits } from '../../shared/model/snapshot.ts';
import { toInteger, type Value } from './sample-value.ts';
import { sizeOf } from './variable-limits.ts';
import type { Variable } from './variables.ts';

/** A variable on its way to another process, as JSON has it; only its name where it is not set any more. */
export type VariableChange =
  | readonly [name: string]
  | readonly [name: string, type: SampleType, value: boolean | number | string];

/**
 * The copy of one process. What it sets is noted until {@link takeChanges} asks for it. The supervisor puts the changes of all
 * workers in one order and sends them to all; a worker that has set a variable since leaves what others made of it alone, until
 * its own change has come back, so that all end with the same value.
 */
export class ProcessVariables {
  readonly #values = new Map<string, Variable>();
  /** Names that were set or unset and not told. */
  readonly #untold = new Set<string>();
  /** How many changes of a name have been told and not come back. */
  readonly #pending = new Map<string, number>();
  /** Bytes that variables of all scopes count here, while there are limits. */
  used = 0;
  #limits: VariableLimits | undefined;
  /** Called when there is something to tell, once until it is. */
  readonly #changed: () => void;

  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  /** undefined where nothing is limited, and nothing counted. */
  get limits(): VariableLimits | undefined {
    return this.#limits;
  }

  /** What connections have set before there were limits does not count. */
  set limits(limits: VariableLimits | undefined) {
    const begins = this.#limits === undefined && limits !== undefined;
    this.#limits = limits;
    if (!begins) return;
    this.used = 0;
    for (const variable of this.#values.values()) {
      variable.size = sizeOf(variable);
      this.used += variable.size;
    }
  }

  get(name: string): Variable | undefined {
    return this.#values.get(name);
  }

  set(name: string, variable: Variable): void {
    const old = this.#values.get(name);
    this.#values.set(name, variable);
    this.used += variable.size - (old?.size ?? 0);
    if (old === undefined || old.type !== variable.type || !isSame(old.value, variable.value)) this.#note(name);
  }

  delete(name: string): void {
    if (this.#drop(name)) this.#note(name);
  }

  #drop(name: string): boolean {
    this.used -= this.#values.get(name)?.size ?? 0;
    return this.#values.delete(name);
  }

  #note(name: string): void {
    this.#untold.add(name);
    if (this.#untold.size === 1) this.#changed();
  }

  /** What was set and unset since it was last asked. */
  takeChanges(): VariableChange[] {
    const changes = [...this.#untold].map((name) => this.#changeOf(name));
    for (const name of this.#untold) this.#pending.set(name, (this.#pending.get(name) ?? 0) + 1);
    this.#untold.clear();
    return changes;
  }

  /** All that is set. */
  dump(): VariableChange[] {
    return [...this.#values.keys()].map((name) => this.#changeOf(name));
  }

  /** Takes what is set elsewhere; `own` is what came from here and has its place among all changes now. */
  learn(changes: readonly VariableChange[], own = false): void {
    for (const change of changes) {
      const [name] = change;
      const pending = (this.#pending.get(name) ?? 0) - (own ? 1 : 0);
      if (pending > 0) this.#pending.set(name, pending);
      else this.#pending.delete(name);
      if (pending <= 0 && !this.#untold.has(name)) this.put(change);
    }
  }

  /** Puts a value in force that nobody needs to be told of. */
  put(change: VariableChange): void {
    const [name, type, value] = change;
    this.#drop(name);
    if (type === undefined || value === undefined) return;
    const variable: Variable = { type, value: fromJson(value, type), size: 0 };
    if (this.#limits !== undefined) variable.size = sizeOf(variable);
    this.#values.set(name, variable);
    this.used += variable.size;
  }

  #changeOf(name: string): VariableChange {
    const variable = this.#values.get(name);
    return variable === undefined ? [name] : writeVariable(name, variable);
  }
}

/** The change that sets a variable. */
export function writeVariable(name: string, { type, value }: Variable): VariableChange {
  if (typeof value === 'bigint') return [name, type, String(value)];
  return [name, type, typeof value === 'object' ? addressText(value) : value];
}

function fromJson(value: boolean | number | string, type: SampleType): Value {
  if (typeof value !== 'string') return value;
  if (type === 'sint') return toInteger(BigInt(value));
  return type === 'addr' || type === 'ipv4' || type === 'ipv6' ? parseSocketAddress(value) : value;
}

function isSame(one: Value, other: Value): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return addressText(one) === addressText(other);
}

/** The variables of the process for the node as a whole: every worker has a copy, and the supervisor the one that counts. */
import type { GlobalVariable } from '../../shared/model/global-variables.ts';
import type { Snapshot, VariableLimits } from '../../shared/model/snapshot.ts';
import { ProcessVariables, type VariableChange } from '../rules/process-variables.ts';
import { limitsIn } from '../rules/variable-limits.ts';
import type { NodeExpressions } from './node-expressions.ts';
import type { SupervisorMessage } from './worker-messages.ts';

/** A worker as far as variables are concerned. */
export interface VariableHolder {
  send(message: SupervisorMessage): void;
}

/** What a version sets, still to be put in force. */
export interface VariablePlan {
  readonly definitions: ReadonlyMap<string, string>;
  readonly changes: readonly VariableChange[];
  readonly limits: VariableLimits | undefined;
}

export class SharedVariables {
  /** What health checks and the runtime API read and set. */
  readonly process: ProcessVariables;
  readonly #holders = new Set<VariableHolder>();
  /** By name: how the running version defines it. */
  #definitions: ReadonlyMap<string, string> = new Map();

  constructor() {
    this.process = new ProcessVariables(() => setImmediate(() => this.tell()));
  }

  /** The worker hears of everything from now on; the answer is what is set already. */
  join(worker: VariableHolder): VariableChange[] {
    this.#holders.add(worker);
    return this.process.dump();
  }

  /** The worker is gone. */
  forget(worker: VariableHolder): void {
    this.#holders.delete(worker);
  }

  /** What the worker's rules have set, which the others hear of, and it at its place among all changes. */
  takeFrom(worker: VariableHolder, changes: readonly VariableChange[]): void {
    for (const change of changes) this.process.put(change);
    for (const holder of this.#holders) {
      holder.send({ type: 'variable-changes', changes, ...(holder === worker && { own: true }) });
    }
  }

  /** Tells all workers what checks and commands have set. */
  tell(): void {
    const changes = this.process.takeChanges();
    if (changes.length === 0) return;
    this.process.learn(changes, true);
    for (const holder of this.#holders) holder.send({ type: 'variable-changes', changes });
  }

  /**
   * What a version sets: the variables whose definition, or one that it names, is another than before. Those that are
   * defined no more are forgotten, and the others keep what was made of them.
   */
  plan(
    { setVars = [], tune }: Pick<Partial<Snapshot>, 'setVars' | 'tune'>,
    expressions: Pick<NodeExpressions, 'evaluate'> | undefined,
  ): VariablePlan {
    const limits = limitsIn(tune?.vars);
    const definitions = definitionsOf(setVars);
    const initial = setVars.length === 0 ? new Map<string, VariableChange>() : expressions?.evaluate(setVars, limits);
    const names = new Set([...definitions.keys(), ...this.#definitions.keys()]);
    const changed = [...names].filter((name) => definitions.get(name) !== this.#definitions.get(name));
    return { definitions, limits, changes: changed.map((name) => initial?.get(name) ?? [name]) };
  }

  /** To be called before any worker puts the version in force: what its rules set from then on is later. */
  adopt({ definitions, limits, changes }: VariablePlan): void {
    this.process.limits = limits;
    this.#definitions = definitions;
    for (const change of changes) this.process.put(change);
  }
}

/** For each variable its lines, with the definitions that these name. */
function definitionsOf(setVars: readonly GlobalVariable[]): Map<string, string> {
  const definitions = new Map<string, string>();
  for (const line of setVars) {
    const { variable, description: _remark, ...rest } = line;
    const text = JSON.stringify([variable, rest]);
    const named = [...text.matchAll(/proc\.([A-Za-z0-9_.]+)/g)].map(([, name = '']) => definitions.get(name) ?? '');
    definitions.set(variable.slice('proc.'.length), [...named, text].join('\n'));
  }
  return definitions;
}

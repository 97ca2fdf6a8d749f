/** Evaluates the expressions that the supervisor carries out itself. It is loaded only where a version has any, or a stats socket. */
import type { GlobalVariable } from '../../shared/model/global-variables.ts';
import type { VariableLimits } from '../../shared/model/snapshot.ts';
import { compileWithin } from '../rules/compile-scope.ts';
import { compileVariableRule } from '../rules/compile-variables.ts';
import { ProcessVariables, type VariableChange } from '../rules/process-variables.ts';
import type { SampleEnvironment } from '../rules/sample-context.ts';
import type { StickTable } from '../tables/stick-table.ts';
import { NodeContext } from './node-context.ts';

type SetVar = Parameters<typeof compileVariableRule>[0];

export class NodeExpressions {
  readonly #environment: SampleEnvironment;
  readonly #tables: () => readonly StickTable[];

  /** `tables` answers the stick tables of the running version. */
  constructor(environment: SampleEnvironment, tables: () => readonly StickTable[]) {
    this.#environment = environment;
    this.#tables = tables;
  }

  /** What variables begin with, by name: as at the start of a process in which nothing is set yet. */
  evaluate(setVars: readonly GlobalVariable[], limits: VariableLimits | undefined): Map<string, VariableChange> {
    const variables = new ProcessVariables();
    variables.limits = limits;
    const context = new NodeContext({ ...this.#environment, variables });
    for (const line of setVars) compileVariableRule(line, 'configuration')(context);
    return new Map(variables.dump().map((change) => [change[0], change]));
  }

  /** Carries out what a command asks for. Throws LanguageError, or Error where a stick table is missing. */
  set(rule: SetVar): void {
    const tables = new Map(this.#tables().map((table) => [table.name, table]));
    const scope = { tables, proxy: '', demands: { record: false } };
    compileWithin(scope, () => compileVariableRule(rule, 'command'))(new NodeContext(this.#environment));
  }
}

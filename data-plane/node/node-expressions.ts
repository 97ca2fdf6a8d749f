/** Evaluates the expressions that the supervisor carries out itself. It is loaded only where a version has any, or a stats socket. */
import { isIpAddress } from '../../shared/address.ts';
import { isDynamic } from '../../shared/model/check-kind.ts';
import type { GlobalVariable } from '../../shared/model/global-variables.ts';
import type { HttpCheck } from '../../shared/model/health-check.ts';
import type { VariableLimits } from '../../shared/model/snapshot.ts';
import { type CheckedServer, CheckProgram } from '../health/check-program.ts';
import type { CheckTarget } from '../health/scheduler.ts';
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
  /** By check, and by backend where several have one from their defaults. */
  readonly #programs = new WeakMap<HttpCheck, Map<string, CheckProgram>>();

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

  /** What of the checks of a backend is worked out anew each time. */
  programOf({ backend, healthCheck }: Pick<CheckTarget, 'backend' | 'healthCheck'>): CheckProgram | undefined {
    if (healthCheck.type === 'tcp' || !isDynamic(healthCheck)) return undefined;
    const known = this.#programs.get(healthCheck) ?? new Map<string, CheckProgram>();
    this.#programs.set(healthCheck, known);
    let program = known.get(backend);
    if (program === undefined) {
      program = this.#within(backend, () => new CheckProgram(healthCheck, (checked) => this.#contextOf(checked)));
      known.set(backend, program);
    }
    return program;
  }

  #contextOf({ backend, server, address, port }: CheckedServer): NodeContext {
    const context = new NodeContext(this.#environment, true);
    context.backend = this.#environment.proxies.backends.get(backend);
    const view = context.backend?.servers.find(({ name }) => name === server);
    if (view !== undefined) {
      const checked = { ...view, address: isIpAddress(address) ? address : view.address, port };
      context.serverConnection = { server: checked, connected: true, sourceAddress: '', sourcePort: 0 };
    }
    return context;
  }

  #within<Result>(proxy: string, compile: () => Result): Result {
    const tables = new Map(this.#tables().map((table) => [table.name, table]));
    return compileWithin({ tables, proxy, demands: { record: false } }, compile);
  }

  /** Carries out what a command asks for. Throws LanguageError, or Error where a stick table is missing. */
  set(rule: SetVar): void {
    this.#within('', () => compileVariableRule(rule, 'command'))(new NodeContext(this.#environment));
  }
}

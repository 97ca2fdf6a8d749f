/** Compiles the rules that choose a backend (use_backend) to one function. */
import type { BackendSwitchingRule } from '../../shared/model/rules.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import type { SampleContext } from './sample-context.ts';

/** The backend of a request or connection; undefined when no rule applies and there is no default. */
export type ChooseBackend<Backend> = (context: SampleContext) => Backend | undefined;

interface Choice<Backend> {
  readonly backends: ReadonlyMap<string, Backend>;
  /** Throws Error on a name that no backend has. */
  readonly named: (name: string) => Backend;
  readonly otherwise: Backend | undefined;
  readonly mode: 'http' | 'tcp';
}

interface CompiledRule<Backend> {
  readonly holds: Test | undefined;
  readonly choose: ChooseBackend<Backend>;
}

/** The first rule that applies and names a backend that exists wins. */
export function compileSwitching<Backend>(
  rules: readonly BackendSwitchingRule[],
  acls: ReadonlyMap<string, Test>,
  choice: Choice<Backend>,
): ChooseBackend<Backend> {
  const { otherwise } = choice;
  const compiled = rules.map((rule): CompiledRule<Backend> => {
    const backend = choice.named(rule.backend);
    return { holds: compileRuleCondition(rule, acls), choose: () => backend };
  });
  if (compiled.length === 0) return () => otherwise;
  return (context) => {
    for (const { holds, choose } of compiled) {
      if (holds !== undefined && !holds(context)) continue;
      const backend = choose(context);
      if (backend !== undefined) return backend;
    }
    return otherwise;
  };
}

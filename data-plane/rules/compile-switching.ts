/** Compiles the rules that choose a backend (use_backend) to one function. */
import type { BackendSwitchingRule } from '../../shared/model/rules.ts';
import { compileRuleCondition, type Test } from './compile-condition.ts';
import { compileFirstHolding } from './compile-rule-run.ts';
import { compileText, usesSamples } from './compile-text.ts';
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

/** A name with samples in it is looked up when the rule applies. */
function compileChoice<Backend extends { readonly mode: string }>(
  text: string,
  { backends, named, mode }: Choice<Backend>,
): ChooseBackend<Backend> {
  if (!usesSamples(text)) {
    const backend = named(text);
    return () => backend;
  }
  const write = compileText(text, mode === 'tcp' ? 'tcp' : 'http-request', false);
  return (context) => {
    const backend = backends.get(write(context));
    return backend?.mode === mode ? backend : undefined;
  };
}

/** The first rule that applies wins; where it names no backend that exists, the default one is taken, as in HAProxy. */
export function compileSwitching<Backend extends { readonly mode: string }>(
  rules: readonly BackendSwitchingRule[],
  acls: ReadonlyMap<string, Test>,
  choice: Choice<Backend>,
): ChooseBackend<Backend> {
  const { otherwise } = choice;
  const choices = rules.map((rule) => compileChoice(rule.backend, choice));
  if (choices.length === 0) return () => otherwise;
  const findFirst = compileFirstHolding(rules.map((rule) => compileRuleCondition(rule, acls)));
  return (context) => {
    const rule = findFirst(context);
    return rule < 0 ? otherwise : (choices[rule]?.(context) ?? otherwise);
  };
}

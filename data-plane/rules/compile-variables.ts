/** Compiles the actions that set and forget variables. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { VariableRule } from '../../shared/model/edit-rules.ts';
import { compileSample } from './compile-sample.ts';
import { compileText } from './compile-text.ts';
import type { SampleContext } from './sample-context.ts';
import { compileSetVariable } from './set-variable.ts';
import { parseVariable } from './variables.ts';

/** Throws Error on what shared/model would have refused. */
export function compileVariableRule(
  rule:
    | Pick<Extract<VariableRule, { action: 'set-var' }>, 'action' | 'variable' | 'expression' | 'conditions'>
    | Pick<Extract<VariableRule, { action: 'set-var-fmt' }>, 'action' | 'variable' | 'value' | 'conditions'>
    | Pick<Extract<VariableRule, { action: 'unset-var' }>, 'action' | 'variable'>,
  place: Place,
): (context: SampleContext) => void {
  switch (rule.action) {
    case 'set-var': {
      const sample = parseSample(rule.expression, place);
      const { get } = compileSample(sample);
      const set = compileSetVariable(rule.variable, rule.conditions ?? []);
      return (context) => {
        const value = get(context);
        // What is not there leaves the variable as it is, as in HAProxy.
        if (value !== undefined) set(context.variables, value, sample.type);
      };
    }
    case 'set-var-fmt': {
      const text = compileText(rule.value, place, false);
      const set = compileSetVariable(rule.variable, rule.conditions ?? []);
      return (context) => {
        set(context.variables, text(context), 'str');
      };
    }
    case 'unset-var': {
      const { scope, name } = parseVariable(rule.variable);
      return ({ variables }) => {
        variables.unset(scope, name);
      };
    }
  }
}

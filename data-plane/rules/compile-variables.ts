/** Compiles the actions that set and forget variables. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { VariableRule } from '../../shared/model/edit-rules.ts';
import { compileSample } from './compile-sample.ts';
import { compileText } from './compile-text.ts';
import type { SampleContext } from './sample-context.ts';
import { parseVariable, typeOfValue } from './variables.ts';

/** Throws Error on what shared/model would have refused. */
export function compileVariableRule(
  rule:
    | Pick<Extract<VariableRule, { action: 'set-var' }>, 'action' | 'variable' | 'expression'>
    | Pick<Extract<VariableRule, { action: 'set-var-fmt' }>, 'action' | 'variable' | 'value'>
    | Pick<Extract<VariableRule, { action: 'unset-var' }>, 'action' | 'variable'>,
  place: Place,
): (context: SampleContext) => void {
  const { scope, name } = parseVariable(rule.variable);
  switch (rule.action) {
    case 'set-var': {
      const sample = parseSample(rule.expression, place);
      const { get } = compileSample(sample);
      return (context) => {
        const value = get(context);
        // What is not there leaves the variable as it is, as in HAProxy.
        if (value !== undefined) context.variables.set(scope, name, { value, type: typeOfValue(value, sample.type) });
      };
    }
    case 'set-var-fmt': {
      const text = compileText(rule.value, place);
      return (context) => context.variables.set(scope, name, { value: text(context), type: 'str' });
    }
    case 'unset-var':
      return ({ variables }) => variables.unset(scope, name);
  }
}

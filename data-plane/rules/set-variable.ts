/** Sets variables, under the conditions of set-var (configuration manual 2.6, section 7.3.1). */
import type { VariableScope } from '../../shared/language/argument-types.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { VariableCondition } from '../../shared/model/vocabulary.ts';
import type { Value } from './sample-value.ts';
import { parseVariable, typeOfValue, type Variable, type Variables } from './variables.ts';

/** Answers whether the variable was set: false too where there can be none of its scope; `type` is that of the expression the value is from. */
export type SetVariable = (variables: Variables, value: Value, type: SampleType) => boolean;

/** For a reference such as "txn.user" and conditions that must all hold. */
export function compileSetVariable(reference: string, conditions: readonly VariableCondition[]): SetVariable {
  const { scope, name } = parseVariable(reference);
  const tests = conditions.map((condition) => compileTest(condition, scope));
  return (variables, value, type) => {
    const typed = typeOfValue(value, type);
    if (tests.length > 0) {
      const old = variables.get(scope, name);
      for (const test of tests) if (!test(old, value, typed)) return false;
    }
    return variables.set(scope, name, value, typed);
  };
}

type Test = (old: Variable | undefined, given: Value, type: SampleType) => boolean;

function compileTest(condition: VariableCondition, scope: VariableScope): Test {
  switch (condition) {
    case 'ifexists':
      // HAProxy makes those of the process when it reads the configuration.
      return scope === 'proc' ? () => true : (old) => old !== undefined;
    case 'ifnotexists':
      return scope === 'proc' ? () => false : (old) => old === undefined;
    case 'ifset':
      return (old) => old !== undefined;
    case 'ifnotset':
      return (old) => old === undefined;
    case 'ifempty':
      return (_old, given) => given === '';
    case 'ifnotempty':
      return (_old, given) => given !== '';
    case 'ifgt':
      return (old, given, type) => !areIntegers(old, type) || old.value > given;
    case 'iflt':
      return (old, given, type) => !areIntegers(old, type) || old.value < given;
  }
}

function areIntegers(old: Variable | undefined, type: SampleType): old is Variable {
  return old?.type === 'sint' && type === 'sint';
}

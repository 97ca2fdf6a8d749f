/** `set-var` and `set-var-fmt` of the global section (configuration manual 2.6, section 3.1). */
import { missingArguments } from '../missing-arguments.ts';
import type { CfgDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { RuleProblem } from './conditions.ts';
import { readVariable } from './http-action.ts';
import { describe } from './rule-words.ts';

export function readGlobalVariable(statement: Statement, { global, report }: CfgDraft): void {
  const { keyword, args } = statement;
  const action = keyword === 'set-var' ? 'set-var' : 'set-var-fmt';
  const [reference = '', first = ''] = args;
  if (reference === '' || first === '') {
    // An empty word is a missing one.
    statement.alert(missingArguments(keyword, 2) ?? '');
    return;
  }
  try {
    // HAProxy ignores what follows without a word.
    const rule = readVariable(action, reference, [first]);
    if (rule.action === 'unset-var') return;
    if (!rule.variable.startsWith('proc.')) {
      const only = "only scope 'proc' is permitted in the global section";
      statement.alert(`'${action}': cannot set variable '${rule.variable}', ${only}.`);
      return;
    }
    const setVars = global.setVars ?? [];
    report.place(`/global/setVars/${setVars.length}`, statement.line);
    global.setVars = [...setVars, { ...rule, ...describe(statement) }];
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    statement.alert(error.message);
  }
}

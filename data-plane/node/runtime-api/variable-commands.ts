/** "get var" and "set var": variables of the process (management manual 2.6, section 9.3). */
import { findVariableProblem, isVariable } from '../../../shared/language/argument-types.ts';
import { LanguageError } from '../../../shared/language/tokenize.ts';
import { type VariableCondition, variableConditions } from '../../../shared/model/vocabulary.ts';
import { bytesToText } from '../../rules/sample-value.ts';
import type { Variable } from '../../rules/variables.ts';
import { type Answer, type Command, type CommandInput, failure } from './command.ts';

export const variableCommands: readonly Command[] = [
  {
    words: ['get', 'var'],
    usage: 'get var <name>',
    help: 'show a variable of the process',
    level: 'operator',
    run: getVariable,
  },
  {
    words: ['set', 'var'],
    usage: 'set var <name> [fmt|expr] {<fmt>|<expr>}',
    help: 'set a variable of the process from an expression or a text; needs experimental-mode on',
    level: 'admin',
    run: setVariable,
  },
];

const missingName = failure('Missing process-wide variable identifier.\n');

function getVariable({ node, words: [, , name] }: CommandInput): Answer {
  if (name === undefined) return missingName;
  const variable = name.startsWith('proc.') ? node.variables.get(name.slice('proc.'.length)) : undefined;
  if (variable === undefined) return failure('Variable not found.\n');
  return `${name}: type=${typeName(variable)} value=<${shown(variable)}>`;
}

/** An address is of a family; which one, its type may leave open. */
function typeName({ type, value }: Variable): string {
  return typeof value === 'object' ? value.kind() : type;
}

/** As far as the first byte that is 0, with "." in place of control characters. */
function shown({ value }: Variable): string {
  const text = typeof value === 'object' ? String(value) : typeof value === 'boolean' ? Number(value) : value;
  return bytesToText(String(text)).replaceAll(/[^\x20-\x7e]/g, '.');
}

function setVariable({ node, session, words: [, , reference, ...given] }: CommandInput): Answer {
  if (!session.experimental) return failure('This command is restricted to experimental mode only.\n');
  if (reference === undefined) return missingName;
  const [kind, text] = given;
  if (kind === undefined) return failure("Missing either 'expr', 'fmt' or expression.\n");
  const [variable = '', ...conditions] = reference.split(',');
  const problem = findNameProblem(variable) ?? findConditionProblem(conditions);
  if (problem !== undefined) return failure(problem);
  const common = { variable, conditions: conditions as VariableCondition[] };
  try {
    if (kind === 'fmt' && text !== undefined) {
      node.expressions?.set({ action: 'set-var-fmt', ...common, value: text });
    } else {
      const expression = kind === 'expr' && text !== undefined ? text : kind;
      node.expressions?.set({ action: 'set-var', ...common, expression });
    }
  } catch (error) {
    if (error instanceof LanguageError) return failure(`column ${error.column}: ${error.message}`);
    throw error;
  }
  return '';
}

function findNameProblem(variable: string): string | undefined {
  const [scope = '', ...rest] = variable.split('.');
  if (!['proc', 'sess', 'txn', 'req', 'res', 'check'].includes(scope) || rest.join('.') === '') {
    return `invalid variable name '${variable}'. A variable name must be start by its scope. The scope can be 'proc', 'sess', 'txn', 'req', 'res' or 'check'`;
  }
  if (!isVariable(variable)) return findVariableProblem(variable);
  return scope === 'proc'
    ? undefined
    : `'set var': cannot set variable '${variable}', only scope 'proc' is permitted here.`;
}

function findConditionProblem(conditions: readonly string[]): string | undefined {
  const unknown = conditions.find((condition) => !(variableConditions as readonly string[]).includes(condition));
  return unknown === undefined ? undefined : `unknown condition "${unknown}".`;
}

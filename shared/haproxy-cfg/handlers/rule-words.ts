/** What the lines of all rules have in common: arguments that must not be, and how what is wrong is told. */
import type { Statement } from '../statement.ts';
import { ConditionProblem, RuleProblem } from './conditions.ts';

/** A word where only a condition may follow. */
class UnexpectedWord extends RuleProblem {
  constructor(action: string, word: string) {
    super(`'${action}' expects either 'if' or 'unless' followed by a condition but found '${word}'.`);
  }
}

/** What is wrong with the definition of a stick table, in HAProxy's words. */
export class TableProblem extends Error {
  /** What stands between the keyword and the message. */
  readonly separator: string;

  constructor(message: string, separator = ': ') {
    super(message);
    this.separator = separator;
  }
}

/** Throws RuleProblem when words are left; `action` is the whole of it, such as "http-request allow". */
export function expectNothing(action: string, words: readonly string[]): void {
  if (words.length > 0) throw new UnexpectedWord(action, words[0] ?? '');
}

/** What stands for a text of a rule that is empty. */
export const emptyText = '%[str()]';

/** The text that a word stands for. */
export function textOf(word: string): string {
  return word === emptyText ? '' : word;
}

/** The comment above a line, as a field of the model. */
export function describe(statement: Statement): { description?: string } {
  return statement.comment === '' ? {} : { description: statement.comment };
}

/** Why rules with this action do nothing, where they do not. */
export function tellWithoutEffect(statement: Statement, action: string): void {
  if (action === 'set-nice' || action === 'set-mark' || action === 'set-tos') {
    statement.skip('Node.js gives no way to do this');
  } else if (action === 'wait-for-handshake') statement.skip('no request is taken before the handshake is over');
}

/** Carries out `read`; a problem is told behind `what`, one of the condition behind `whatCondition`. */
export function attempt(statement: Statement, what: string, whatCondition: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    if (error instanceof UnexpectedWord) statement.alert(error.message);
    else if (error instanceof ConditionProblem) {
      const separator = whatCondition.endsWith('error in condition') ? ':' : ' :';
      statement.alert(`${whatCondition}${separator} ${error.message}`);
    } else statement.alert(`${what} : ${error.message}`);
  }
}

/** Reads configuration files line by line: conditional blocks, messages and the environment (configuration manual 2.6, 2.4). */

import { byteLength, bytePosition, type Diagnostic, excerptWidth, pointAt, type Severity } from './diagnostic.ts';
import { evaluateCondition, type Facts } from './predicates.ts';
import { type Environment, tokenizeLine, type Word } from './tokenize-line.ts';

export interface CfgLine {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** None on a line that holds only a comment. */
  readonly words: readonly Word[];
  /** What follows the "#", trimmed; undefined without a comment. */
  readonly comment: string | undefined;
  readonly raw: string;
}

/** One ".if" that is open. */
interface Block {
  /** Whether lines count here. */
  active: boolean;
  /** Whether this branch or one before it was taken, or none may be as the block stands in one that is skipped. */
  settled: boolean;
  closedByElse: boolean;
}

interface Reader {
  readonly file: string;
  readonly facts: Facts;
  readonly environment: Record<string, string | undefined>;
  readonly lines: CfgLine[];
  readonly diagnostics: Diagnostic[];
  readonly blocks: Block[];
  line: number;
  /** The keyword of the current section, empty before the first. */
  section: string;
  /** What .SECTION stands for: the name of the section, else its keyword. */
  sectionName: string;
}

/** The limits of HAProxy 2.6. */
const maximumWords = 64;
const maximumBlocks = 100;

const sections: ReadonlySet<string> = new Set([
  ...['global', 'defaults', 'frontend', 'backend', 'listen', 'userlist', 'peers', 'mailers', 'resolvers', 'cache'],
  ...['fcgi-app', 'http-errors', 'ring', 'log-forward', 'program', 'namespace_list'],
]);
const environmentKeywords: ReadonlySet<string> = new Set(['setenv', 'presetenv', 'unsetenv', 'resetenv']);
const severities: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ['.notice', 'notice'],
  ['.warning', 'warning'],
  ['.alert', 'alert'],
  ['.diag', 'diag'],
]);
const pseudoVariable = /\$\{?\./;

/**
 * The lines that count, and what there is to report about the others. A line counts when it holds a word or a comment and
 * stands in no branch that is not taken; directives are carried out and do not count.
 *
 * `environment` is changed in place by the setenv, presetenv, unsetenv and resetenv lines of the global sections; it also
 * answers defined(), in the place of `facts.environment`. What is wrong with such a line is left to the reader of the section.
 *
 * HAProxy stops at the first directive it cannot carry out, and after ".alert". Here reading goes on, so that all errors
 * show: a condition that cannot be parsed is false, an ".else" or ".elif" out of place is passed over.
 */
export function readLines(
  files: readonly { name: string; text: string }[],
  facts: Facts,
  environment: Record<string, string | undefined>,
): { lines: CfgLine[]; diagnostics: Diagnostic[] } {
  const lines: CfgLine[] = [];
  const diagnostics: Diagnostic[] = [];
  const current = { ...facts, environment };
  for (const { name, text } of files) {
    const state = { blocks: [], line: 0, section: '', sectionName: '' };
    readFile({ file: name, facts: current, environment, lines, diagnostics, ...state }, text);
  }
  return { lines, diagnostics };
}

function readFile(reader: Reader, text: string): void {
  const raws = text.split('\n');
  if (raws.at(-1) === '') raws.pop();
  for (const raw of raws) {
    reader.line++;
    readLine(reader, raw);
    const unfinished = reader.line === raws.length && !text.endsWith('\n');
    if (unfinished || raw.includes('\0')) reportCutLine(reader, raw, reader.line === raws.length);
  }
  if (reader.blocks.length > 0) report(reader, 'alert', "non-terminated '.if' block.");
}

function readLine(reader: Reader, raw: string): void {
  const line = tokenizeLine(raw, visibleEnvironment(reader, raw));
  if ('problem' in line) reportProblem(reader, raw, line.problem, line.column);
  else if (line.words.length > maximumWords) reportTooManyWords(reader, line.words);
  else carryOut(reader, raw, line.words, line.comment);
}

function visibleEnvironment(reader: Reader, raw: string): Environment {
  if (!raw.includes('$') || !pseudoVariable.test(raw)) return reader.environment;
  const { environment, file, line, sectionName } = reader;
  return { ...environment, '.FILE': file, '.LINE': String(line), '.SECTION': sectionName };
}

function carryOut(reader: Reader, raw: string, words: readonly Word[], comment: string | undefined): void {
  // HAProxy passes over a line whose first word is empty.
  const keyword = words[0]?.text ?? '';
  if (keyword.startsWith('.')) {
    carryOutDirective(reader, keyword, words);
    return;
  }
  if (reader.blocks.at(-1)?.active === false) return;
  if (keyword === '' && comment === undefined) return;
  const { file, line } = reader;
  reader.lines.push({ file, line, words: keyword === '' ? [] : words, comment: comment?.trim(), raw });
  if (sections.has(keyword)) {
    reader.section = keyword;
    reader.sectionName = words[1]?.text || keyword;
  } else if (reader.section === 'global' && environmentKeywords.has(keyword)) {
    changeEnvironment(reader.environment, keyword, words);
  }
}

function changeEnvironment(environment: Record<string, string | undefined>, keyword: string, words: readonly Word[]) {
  const [name = '', ...others] = words.slice(1).map((word) => word.text);
  if (keyword === 'resetenv') {
    for (const known of Object.keys(environment))
      if (known !== name && !others.includes(known)) delete environment[known];
  } else if (keyword === 'unsetenv') {
    for (const known of [name, ...others]) delete environment[known];
  } else if (name !== '' && !name.includes('=') && others[0]) {
    if (keyword === 'setenv' || environment[name] === undefined) environment[name] = others[0];
  }
}

function carryOutDirective(reader: Reader, keyword: string, words: readonly Word[]): void {
  if (keyword === '.if') openBlock(reader, words);
  else if (keyword === '.elif') takeElif(reader, words);
  else if (keyword === '.else' || keyword === '.endif') leaveBranch(reader, keyword, words);
  else if (reader.blocks.at(-1)?.active !== false) sayMessage(reader, keyword, words);
}

function openBlock(reader: Reader, words: readonly Word[]): void {
  const reachable = reader.blocks.at(-1)?.active !== false;
  const block: Block = { active: false, settled: !reachable, closedByElse: false };
  // Kept beyond the limit too, so that its ".endif" closes no other block.
  reader.blocks.push(block);
  if (reader.blocks.length >= maximumBlocks) {
    report(reader, 'alert', `too many nested '.if', max is ${maximumBlocks}.`);
    block.settled = true;
  }
  enterBranch(reader, block, '.if', words);
}

function takeElif(reader: Reader, words: readonly Word[]): void {
  const block = reader.blocks.at(-1);
  if (block === undefined) report(reader, 'alert', "lone '.elif' with no matching '.if'.");
  else if (block.closedByElse) report(reader, 'alert', "'.elif' after '.else' is not permitted.");
  else enterBranch(reader, block, '.elif', words);
}

/** A condition is not even parsed where its branch cannot be taken. */
function enterBranch(reader: Reader, block: Block, directive: string, words: readonly Word[]): void {
  block.active = !block.settled && conditionHolds(reader, directive, words);
  block.settled ||= block.active;
}

function conditionHolds(reader: Reader, directive: string, words: readonly Word[]): boolean {
  let text = '';
  for (let index = 1; index < words.length; index++) text += (index > 1 ? ' ' : '') + words[index]?.text;
  const result = evaluateCondition(text, reader.facts);
  if ('value' in result) return result.value;
  const column = result.position - 1;
  const prefix = `${directive} `;
  const pointer = pointAt(text, column, excerptWidth - prefix.length, prefix);
  const message = `${result.problem} in '${directive}' at position ${bytePosition(text, column)}:`;
  report(reader, 'alert', message + pointer);
  return false;
}

function leaveBranch(reader: Reader, directive: '.else' | '.endif', words: readonly Word[]): void {
  const block = reader.blocks.at(-1);
  const argument = words[1]?.text;
  if (argument) report(reader, 'alert', `Unexpected argument '${argument}' for '${directive}'.`);
  else if (block === undefined) report(reader, 'alert', `lone '${directive}' with no matching '.if'.`);
  else if (directive === '.else' && block.closedByElse) {
    report(reader, 'alert', "'.else' after '.else' is not permitted.");
  }
  if (block === undefined) return;
  if (directive === '.endif') {
    reader.blocks.pop();
    return;
  }
  block.active = !block.settled;
  block.settled = true;
  block.closedByElse = true;
}

function sayMessage(reader: Reader, directive: string, words: readonly Word[]): void {
  const severity = severities.get(directive);
  const argument = words[2]?.text;
  if (severity === undefined) report(reader, 'alert', `unknown directive '${directive}'.`);
  else if (argument) {
    const advice = 'Use quotes if the message should contain spaces.';
    report(reader, 'alert', `Unexpected argument '${argument}' for '${directive}'. ${advice}`);
  } else report(reader, severity, `'${words[1]?.text ?? ''}'.`);
}

function report(reader: Reader, severity: Severity, text: string): void {
  reader.diagnostics.push({ severity, file: reader.file, line: reader.line, text, attached: true });
}

/** A line ends at a NUL for HAProxy, so that a last line with one lacks its line feed. */
function reportCutLine(reader: Reader, raw: string, last: boolean): void {
  const [upToNul = ''] = raw.split('\0', 1);
  const position = bytePosition(raw, upToNul.length);
  if (!last) report(reader, 'alert', `Stray NUL character at position ${position}.`);
  else {
    const problem = 'Missing LF on last line, file might have been truncated';
    report(reader, 'alert', `${problem} at position ${position}.`);
  }
}

function reportProblem(reader: Reader, raw: string, problem: string, column: number): void {
  const message = `${problem} at position ${bytePosition(raw, column)}:`;
  const [upToNul = ''] = raw.split('\0', 1);
  const shown = upToNul.replace(/^[ \t\v\f\r\n]+/, '');
  report(reader, 'alert', message + pointAt(shown, column - (upToNul.length - shown.length)));
}

/** HAProxy counts the position in the words as it has stored them, one byte apart. */
function reportTooManyWords(reader: Reader, words: readonly Word[]): void {
  let position = 1;
  for (const word of words.slice(0, maximumWords - 1)) position += byteLength(word.text) + 1;
  const last = words[maximumWords - 1]?.text ?? '';
  const message = `too many words, truncating after word ${maximumWords}, position ${position}: <${last}>.`;
  report(reader, 'alert', message);
}

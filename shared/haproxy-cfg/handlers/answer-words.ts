/** The arguments of the actions that answer: deny, tarpit, return and redirect. */
import type { AnswerFields, RedirectRule } from '../../model/answer-rules.ts';
import { errorStatuses } from '../../model/vocabulary.ts';
import type { CfgDraft } from '../proxy-draft.ts';
import { RuleProblem } from './conditions.ts';
import { errorFileAt } from './error-lines.ts';
import { expectNothing, textOf } from './rule-words.ts';

type Answer = Omit<AnswerFields, 'if' | 'unless' | 'description' | 'priority'>;

interface Reading {
  readonly answer: Answer;
  readonly cfg: CfgDraft;
  readonly fallback: number;
  /** Whether "deny_status" said the status. */
  byOldWord: boolean;
}

/** The words that may begin the arguments. */
const knownWords: ReadonlySet<string> = new Set([
  ...['status', 'deny_status', 'content-type', 'hdr', 'default-errorfiles', 'errorfile', 'errorfiles'],
  ...['file', 'lf-file', 'string', 'lf-string'],
]);

/** What follows each word. */
export const answerValues: Readonly<Record<string, string>> = {
  status: '<status_code> as argument',
  deny_status: '<status_code> as argument',
  'content-type': '<ctype> as argument',
  hdr: '<name> and <value> as arguments',
  errorfile: '<fmt> as argument',
  errorfiles: '<name> as argument',
  file: '<file> as argument',
  'lf-file': '<file> as argument',
  string: '<str> as argument',
  'lf-string': '<fmt> as argument',
};

const contentWords = ['default-errorfiles', 'errorfile', 'errorfiles', 'file', 'lf-file', 'string', 'lf-string'];

export function readAnswerWords(
  action: 'deny' | 'tarpit' | 'return',
  words: readonly string[],
  cfg: CfgDraft,
  set: string,
): Answer {
  const [first = ''] = words;
  if (words.length > 0 && !knownWords.has(first)) expectNothing(`${set} ${action}`, words);
  const fallback = { deny: set === 'http-request' ? 403 : 502, tarpit: 500, return: 200 }[action];
  const reading: Reading = { answer: {}, cfg, fallback, byOldWord: false };
  // An error file is looked up by the status, which may stand behind it.
  const late: [word: string, value: string][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === 'default-errorfiles') {
      late.push([word, '']);
      continue;
    }
    const value = words[++at];
    if (value === undefined || (value === '' && contentWords.includes(word))) {
      throw new RuleProblem(`'${word}' expects ${answerValues[word] ?? 'an argument'}.`);
    }
    if (contentWords.includes(word)) late.push([word, value]);
    else if (word === 'hdr') {
      const text = words[++at];
      if (text === undefined || text === '') throw new RuleProblem("'hdr' expects <name> and <value> as arguments.");
      reading.answer.headers = [...(reading.answer.headers ?? []), { name: value, value: textOf(text) }];
    } else readWord(reading, word, value, action);
  }
  if (late.length > 1) throw new RuleProblem(`unexpected '${late[1]?.[0]}', the content is already defined.`);
  for (const [word, value] of late) readContent(reading, word, value, action);
  settle(reading, action, late.length > 0, words.length);
  return reading.answer;
}

function readWord(reading: Reading, word: string, value: string, action: string): void {
  const { answer } = reading;
  if (word === 'status' || (word === 'deny_status' && action !== 'return')) {
    const status = /^[0-9]{3}$/.test(value) ? Number(value) : 0;
    if (status < 200 || status > 599) throw new RuleProblem(`Unexpected status code '${value}'.`);
    answer.status = status;
    reading.byOldWord = word === 'deny_status';
  } else if (word === 'content-type') answer.contentType = value;
  else throw new RuleProblem(`'${word}' is unknown, or not supported by Sluice.`);
}

function readContent({ answer, cfg, fallback }: Reading, word: string, value: string, action: string): void {
  const status = answer.status ?? fallback;
  switch (word) {
    case 'default-errorfiles':
      answer.defaultErrorfiles = true;
      break;
    case 'errorfile':
      answer.errorfile = fileNamed(cfg, value, status);
      break;
    case 'errorfiles': {
      const group = cfg.errorGroups.get(value);
      if (group === undefined) throw new RuleProblem(`unable to find the http-errors section '${value}'.`);
      if (!errorStatuses.includes(status)) {
        throw new RuleProblem(`status code '${status}' not handled by default with 'errorfiles' argument.`);
      }
      const file = group.get(status);
      if (file !== undefined) answer.errorfile = file;
      else {
        // A group without a file for the status is an answer of nothing else.
        if (action !== 'return') answer.string = '';
        delete answer.headers;
      }
      break;
    }
    case 'string':
      answer.string = value;
      break;
    case 'lf-string':
      answer.lfString = textOf(value);
      break;
    default:
      try {
        answer[word === 'file' ? 'string' : 'lfString'] = cfg.readFile(value);
      } catch (error) {
        throw new RuleProblem(`file '${value}' could not be read: ${(error as Error).message}.`);
      }
  }
}

function fileNamed(cfg: CfgDraft, path: string, status: number): string {
  try {
    return errorFileAt(cfg, path, status);
  } catch (error) {
    throw new RuleProblem(`error opening file '${path}': ${(error as Error).message}.`);
  }
}

/** Without a content, "deny_status" alone means an error page, and "status" an empty answer. */
function settle({ answer, fallback, byOldWord }: Reading, action: string, hasContent: boolean, words: number): void {
  const isPage = action !== 'return' && !hasContent && (words === 0 || (byOldWord && words === 2));
  if (isPage && answer.status !== undefined && !errorStatuses.includes(answer.status)) {
    throw new RuleProblem(`status code '${answer.status}' not handled by default with 'default-errorfiles' argument.`);
  }
  if (action !== 'return' && !hasContent && !isPage) {
    answer.string = '';
    // The word had to be there for this; the status is what it would be without.
    if (answer.status === fallback) delete answer.status;
  }
  if ((answer.string ?? answer.lfString ?? '') !== '' && (answer.status === 204 || answer.status === 304)) {
    throw new RuleProblem(`No body expected for ${answer.status} responses.`);
  }
  if (answer.string === '' || (action === 'return' && !hasContent)) delete answer.contentType;
  else if (answer.contentType === undefined && (answer.string ?? answer.lfString) !== undefined) {
    throw new RuleProblem("a content type must be defined when a payload is configured ('content-type').");
  }
}

export function readRedirectWords(words: readonly string[]): Omit<RedirectRule, 'name'> {
  const rule: Omit<RedirectRule, 'name'> = { action: 'redirect' };
  if (words.length === 0) throw new RuleProblem("redirection type expected ('prefix', 'location', or 'scheme').");
  const known =
    "'code', 'prefix', 'location', 'scheme', 'set-cookie', 'clear-cookie', 'drop-query', 'ignore-empty' or 'append-slash'";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === 'drop-query') rule.dropQuery = true;
    else if (word === 'append-slash') rule.appendSlash = true;
    else if (word === 'ignore-empty') rule.ignoreEmpty = true;
    else if (/^(?:location|prefix|scheme|code|set-cookie|clear-cookie)$/.test(word)) {
      const value = words[++at];
      if (value === undefined) throw new RuleProblem(`missing argument for '${word}'.`);
      readRedirectValue(rule, word, value);
    } else throw new RuleProblem(`expects ${known} (was '${word}').`);
  }
  return rule;
}

function readRedirectValue(rule: Omit<RedirectRule, 'name'>, word: string, value: string): void {
  if (word === 'location' || word === 'prefix' || word === 'scheme') rule[word] = value;
  else if (word === 'set-cookie' || word === 'clear-cookie') {
    // The last one counts.
    delete rule.setCookie;
    delete rule.clearCookie;
    rule[word === 'set-cookie' ? 'setCookie' : 'clearCookie'] = value;
  } else if (['301', '302', '303', '307', '308'].includes(value)) rule.code = Number(value);
  else throw new RuleProblem(`'code': unsupported HTTP code '${value}' (must be one of 301, 302, 303, 307 or 308).`);
}

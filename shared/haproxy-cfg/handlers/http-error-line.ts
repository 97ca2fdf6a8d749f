/** `http-error` lines: error pages that are made of a content and header fields, or taken from a file. */
import type { ErrorPage } from '../../model/error-file.ts';
import { errorStatuses } from '../../model/vocabulary.ts';
import type { CfgDraft, ProxyDraft } from '../proxy-draft.ts';
import type { Statement } from '../statement.ts';
import { answerValues } from './answer-words.ts';
import { RuleProblem } from './conditions.ts';
import { errorFileAt, setPage } from './error-lines.ts';

const contentWords = ['default-errorfiles', 'errorfile', 'errorfiles', 'file', 'lf-file', 'string', 'lf-string'];
const knownWords = ['status', 'content-type', 'hdr', ...contentWords];

interface Content {
  readonly word: string;
  readonly value: string;
}

const problem = (text: string) => new RuleProblem(`http-error : ${text}`);

/**
 * `http-error status STATUS [content-type TYPE] [default-errorfiles | errorfile FILE | errorfiles GROUP | [lf-]file FILE |
 * [lf-]string TEXT] [hdr NAME VALUE]...`.
 */
export function readHttpError(statement: Statement, draft: ProxyDraft, cfg: CfgDraft): void {
  try {
    const { page, content } = readWords(statement.args);
    const whole = withContent(cfg, page, content);
    if (whole !== undefined) setPage(draft, whole);
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    statement.alert(error.message);
  }
}

function readWords(words: readonly string[]): { page: ErrorPage; content: Content | undefined } {
  const page: Omit<ErrorPage, 'status'> = {};
  let status: string | undefined;
  let content: Content | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!knownWords.includes(word)) throw problem(`unknown keyword '${word}'.`);
    const value = word === 'default-errorfiles' ? '' : words[++at];
    const text = word === 'hdr' ? words[++at] : value;
    if (value === undefined || text === undefined || (value === '' && contentWords.indexOf(word) > 0)) {
      throw problem(`'${word}' expects ${answerValues[word]}`);
    }
    if (word === 'status') status = value;
    else if (word === 'content-type') page.contentType = value;
    else if (word === 'hdr') page.headers = [...(page.headers ?? []), { name: value, value: text }];
    else if (content === undefined) content = { word, value };
    else throw problem(`unexpected '${word}' argument, '${content.word}' already defined`);
  }
  if (status === undefined) throw problem('expects at least a <status> as arguments.');
  if (!errorStatuses.includes(Number(status))) {
    throw new RuleProblem(`http-error: status code '${status}' not handled.`);
  }
  return { page: { ...page, status: Number(status) }, content };
}

/** The page with what its content words say; undefined where a group has nothing for the status. */
function withContent(cfg: CfgDraft, page: ErrorPage, content: Content | undefined): ErrorPage | undefined {
  const { status } = page;
  const { word = 'string', value = '' } = content ?? {};
  switch (word) {
    case 'default-errorfiles':
      return { status, defaultErrorfiles: true };
    case 'errorfiles': {
      const group = cfg.errorGroups.get(value);
      if (group === undefined) throw problem(`there is no http-errors section '${value}' above this line.`);
      const errorfile = group.get(status);
      return errorfile === undefined ? undefined : { status, errorfile };
    }
    case 'errorfile':
      return { status, errorfile: opened(value, () => errorFileAt(cfg, value, status)) };
    case 'file':
    case 'lf-file':
      return withText(
        page,
        word === 'file' ? 'string' : 'lfString',
        opened(value, () => cfg.readFile(value)),
      );
    default:
      return withText(page, word === 'string' ? 'string' : 'lfString', value);
  }
}

function opened(path: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw problem(`error opening file '${path}': ${(error as Error).message}.`);
  }
}

/** A content that is empty has no type. */
function withText({ contentType, ...page }: ErrorPage, field: 'string' | 'lfString', text: string): ErrorPage {
  if (text === '') return { ...page, string: '' };
  if (contentType === undefined) throw problem('a content type must be defined when non-empty payload is configured');
  return { ...page, [field]: text, contentType };
}

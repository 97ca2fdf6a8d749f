/** Finds the keyword that the first words of a line spell, the sections it belongs to, or the nearest known one. */
import { bindKeywords } from './bind-keywords.ts';
import { globalKeywords } from './global-keywords.ts';
import { type Keyword, type Parameter, type Section, sectionNames } from './keyword.ts';
import { nearestWord } from './nearest-word.ts';
import { proxyKeywords } from './proxy-keywords.ts';
import { proxyOptions } from './proxy-options.ts';
import { type RuleAction, type RuleSet, ruleActions } from './rule-actions.ts';
import { sectionKeywords } from './section-keywords.ts';
import { serverKeywords } from './server-keywords.ts';

/** The whole catalogue of keywords that start a line. */
export const allKeywords: readonly Keyword[] = [
  ...globalKeywords,
  ...proxyKeywords,
  ...proxyOptions,
  ...sectionKeywords,
];

interface SectionIndex {
  readonly byName: Map<string, Keyword>;
  /** What may follow the leading words of a longer name: "timeout" gives "client", "connect" and so on. */
  readonly followers: Map<string, Set<string>>;
}

const indexes: ReadonlyMap<Section, SectionIndex> = new Map(
  sectionNames.map((section) => [section, indexOf(section)] as const),
);
const longestName = Math.max(...allKeywords.map((keyword) => keyword.name.split(' ').length));
const bindKeywordsByName = byName(bindKeywords);
const serverKeywordsByName = byName(serverKeywords);
const actionsByName = new Map(Object.entries(ruleActions).map(([set, actions]) => [set, byName(actions)]));
const argumentExpression = /^([^(]+)\((.*)\)$/;

function byName<Entry extends { readonly name: string }>(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function indexOf(section: Section): SectionIndex {
  const known = allKeywords.filter((keyword) => keyword.sections.includes(section));
  const followers = new Map<string, Set<string>>();
  for (const keyword of known) {
    const words = keyword.name.split(' ');
    for (const [position, word] of words.entries()) {
      const leading = words.slice(0, position).join(' ');
      const set = followers.get(leading) ?? new Set();
      followers.set(leading, set.add(word));
    }
  }
  return { byName: new Map(known.map((keyword) => [keyword.name, keyword])), followers };
}

/**
 * The longest keyword that the words of a line start with, and how many words it used. The prefixes "no" and "default"
 * are the caller's to take off; an argument in parentheses stays in the last word used.
 */
export function findKeyword(
  words: readonly string[],
  section: Section,
): { keyword: Keyword; used: number } | undefined {
  const index = indexes.get(section);
  const longest = index?.followers.has(words[0] ?? '') ? longestName : 1;
  for (let used = Math.min(longest, words.length); used > 0; used--) {
    const last = words[used - 1] ?? '';
    const match = last.endsWith(')') ? argumentExpression.exec(last) : null;
    const word = match?.[1] ?? last;
    const keyword = index?.byName.get(used === 1 ? word : `${words.slice(0, used - 1).join(' ')} ${word}`);
    if (keyword !== undefined && takesParentheses(keyword, match !== null)) return { keyword, used };
  }
  return undefined;
}

function takesParentheses(keyword: Keyword, present: boolean): boolean {
  return present ? keyword.parentheses !== undefined : keyword.parentheses !== 'needed';
}

/** The sections in which the words are a keyword, for a message about a misplaced one. */
export function knownElsewhere(words: readonly string[]): readonly Section[] {
  return sectionNames.filter((section) => findKeyword(words, section) !== undefined);
}

/** The words that may follow the leading ones ("timeout", "capture request"); the first words of lines after none. */
export function followingWords(leading: readonly string[], section: Section): readonly string[] {
  return [...(indexes.get(section)?.followers.get(leading.join(' ')) ?? [])];
}

/** The parameter of a "bind" line with this name. */
export function findBindKeyword(name: string): (typeof bindKeywords)[number] | undefined {
  return bindKeywordsByName.get(name);
}

/** The parameter of a "server" or "default-server" line with this name. */
export function findServerKeyword(name: string): (typeof serverKeywords)[number] | undefined {
  return serverKeywordsByName.get(name);
}

/** The action that a word such as "set-var(txn.a)" names, and what stands in its parentheses ("" without any). */
export function findAction(word: string, set: RuleSet): { action: RuleAction; argument: string } | undefined {
  const match = argumentExpression.exec(word);
  const action = actionsByName.get(set)?.get(match?.[1] ?? word);
  return action !== undefined && action.parentheses === (match !== null)
    ? { action, argument: match?.[2] ?? '' }
    : undefined;
}

const proxySections: readonly Section[] = ['defaults', 'frontend', 'listen', 'backend'];

/**
 * The known word nearest to an unknown first word of a line. As in HAProxy, a proxy section is offered what any proxy
 * section knows, and a word that opens a section counts as known; what was removed is never offered.
 */
export function suggestKeyword(word: string, section: Section): string | undefined {
  const sections = proxySections.includes(section) ? proxySections : [section];
  return nearestWord(word, [...new Set([...sections.flatMap((known) => offered([], known)), ...sectionNames])]);
}

/** The known word nearest to an unknown one that follows others: "htplog" after "option". */
export function suggestFollowing(leading: readonly string[], word: string, section: Section): string | undefined {
  const sections = proxySections.includes(section) ? proxySections : [section];
  return nearestWord(word, [...new Set(sections.flatMap((known) => offered(leading, known)))]);
}

function offered(leading: readonly string[], section: Section): string[] {
  return followingWords(leading, section).filter(
    (word) => indexes.get(section)?.byName.get([...leading, word].join(' '))?.obsolete !== true,
  );
}

/** The parameter of a "bind" line nearest to an unknown one. */
export function suggestBindKeyword(word: string): string | undefined {
  return nearestWord(word, namesOf(bindKeywords));
}

/** The parameter of a "server" line nearest to an unknown one. */
export function suggestServerKeyword(word: string): string | undefined {
  return nearestWord(word, namesOf(serverKeywords));
}

/** The action nearest to an unknown one; parentheses and what they hold do not count. */
export function suggestAction(word: string, set: RuleSet): string | undefined {
  return nearestWord(
    word.replace(/\(.*/s, ''),
    ruleActions[set].map((action) => action.name),
  );
}

function namesOf(parameters: readonly Parameter[]): string[] {
  return parameters.map((parameter) => parameter.name);
}

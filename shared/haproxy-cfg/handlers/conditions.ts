/** Conditions of rules, and the tests of ACLs, as fields of the model. */
import { parseNetwork } from '../../address.ts';
import { parseCriterion } from '../../language/criteria.ts';
import type { AclTest } from '../../model/acl.ts';
import type { ProxyDraft } from '../proxy-draft.ts';

/** What is wrong with a rule, in HAProxy's words where it has any. */
export class RuleProblem extends Error {}

/** The same, for what stands after "if" or "unless". */
export class ConditionProblem extends RuleProblem {}

/** HAProxy's predefined ACLs (configuration manual 2.6, 7.4), and whether Sluice has their criterion. */
const predefined: Readonly<Record<string, AclTest | undefined>> = {
  FALSE: undefined,
  HTTP: undefined,
  'HTTP_1.0': undefined,
  'HTTP_1.1': undefined,
  'HTTP_2.0': undefined,
  HTTP_CONTENT: undefined,
  HTTP_URL_ABS: undefined,
  HTTP_URL_SLASH: undefined,
  HTTP_URL_STAR: undefined,
  LOCALHOST: { criterion: 'src', values: ['127.0.0.1/8'] },
  METH_CONNECT: { criterion: 'method', values: ['CONNECT'] },
  METH_DELETE: { criterion: 'method', values: ['DELETE'] },
  METH_GET: { criterion: 'method', values: ['GET', 'HEAD'] },
  METH_HEAD: { criterion: 'method', values: ['HEAD'] },
  METH_OPTIONS: { criterion: 'method', values: ['OPTIONS'] },
  METH_POST: { criterion: 'method', values: ['POST'] },
  METH_PUT: { criterion: 'method', values: ['PUT'] },
  METH_TRACE: { criterion: 'method', values: ['TRACE'] },
  RDP_COOKIE: undefined,
  REQ_CONTENT: undefined,
  TRUE: undefined,
  WAIT_END: undefined,
};

/** Criterion, flags and values; `path -m beg` becomes `path_beg`. */
export function readTest(words: readonly string[]): AclTest {
  const [fetch = '', ...rest] = words;
  if (fetch === '') throw new RuleProblem("missing fetch method in ACL expression ''.");
  let criterion = fetch;
  let ignoreCase = false;
  let at = 0;
  for (; at < rest.length && rest[at]?.startsWith('-'); at++) {
    const flag = rest[at] ?? '';
    if (flag === '--') {
      at++;
      break;
    }
    if (flag === '-i') ignoreCase = true;
    else if (flag === '-m') criterion = withMatch(fetch, rest[++at] ?? '');
    else throw new RuleProblem(`flag '${flag}' is not supported by Sluice.`);
  }
  const parsed = parseCriterion(criterion);
  if ('problem' in parsed) {
    const name = criterion.replace(/\(.*/s, '');
    throw new RuleProblem(
      `unknown fetch method '${name}' in ACL expression '${fetch}', or one that Sluice does not support.`,
    );
  }
  const values = rest.slice(at);
  if (values.length === 0) throw new RuleProblem(`'${criterion}' needs a pattern to match against.`);
  const bad = parsed.criterion.match === 'ip' ? values.find((value) => parseNetwork(value) === undefined) : undefined;
  if (bad !== undefined) throw new RuleProblem(`'${bad}' is not a valid IPv4 or IPv6 address.`);
  return { criterion, ...(ignoreCase && { flags: ['-i'] as const }), values } as AclTest;
}

function withMatch(fetch: string, method: string): string {
  const match = /^([a-z]+)(\(.*\))?$/s.exec(fetch);
  if (method === 'str' || match === null) return fetch;
  if (['beg', 'end', 'sub', 'dir', 'dom'].includes(method)) return `${match[1]}_${method}${match[2] ?? ''}`;
  throw new RuleProblem(`matching method '${method}' is not supported by Sluice.`);
}

/** The condition after "if" or "unless" in the words of a rule, as a field of the model; the words before it. */
export function splitCondition(
  words: readonly string[],
  { aclsByName }: Pick<ProxyDraft, 'aclsByName'>,
): {
  before: readonly string[];
  condition: { if?: string; unless?: string };
} {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at < 0) return { before: words, condition: {} };
  const text = conditionText(words.slice(at + 1), aclsByName);
  return { before: words.slice(0, at), condition: words[at] === 'if' ? { if: text } : { unless: text } };
}

function conditionText(words: readonly string[], known: ProxyDraft['aclsByName']): string {
  if (words.length === 0) throw new ConditionProblem('missing ACL name or anonymous ACL after the keyword.');
  const parts: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word !== '{' && word !== '!{') {
      parts.push(word === 'or' || word === '||' || word === '!' ? word : namedTest(word, known));
      continue;
    }
    const end = words.indexOf('}', at);
    if (end < 0) throw new ConditionProblem("missing closing '}' in condition.");
    const test = inlineTest(readTest(words.slice(at + 1, end)));
    parts.push(word === '{' ? test : `!${test}`);
    at = end;
  }
  return parts.join(' ');
}

/** An ACL by its name; HAProxy knows those of the lines above, and a few that it has defined itself. */
function namedTest(word: string, known: ProxyDraft['aclsByName']): string {
  const name = word.replace(/^!+/, '');
  if (known.has(name)) return word;
  if (!(name in predefined)) throw new ConditionProblem(`no such ACL : '${name}'.`);
  const test = predefined[name];
  if (test === undefined) throw new ConditionProblem(`the predefined ACL '${name}' is not supported by Sluice.`);
  return word.slice(0, word.length - name.length) + inlineTest(test);
}

function inlineTest({ criterion, flags, values }: AclTest): string {
  return ['{', quoteWord(criterion), ...(flags ?? []), '--', ...values.map(quoteWord), '}'].join(' ');
}

/** A word as the language of conditions reads it back. */
function quoteWord(word: string): string {
  return /^[^\s"'\\{}]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}

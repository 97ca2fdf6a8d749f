/** Finds the keyword of a line in the catalogue and checks what can be checked without knowing what it means. */
import type { CfgReport } from './cfg-report.ts';
import { tellObsolete } from './handlers/obsolete-lines.ts';
import {
  findKeyword,
  followingWords,
  knownElsewhere,
  suggestFollowing,
  suggestKeyword,
} from './keywords/find-keyword.ts';
import type { Section } from './keywords/keyword.ts';
import { missingArguments } from './missing-arguments.ts';
import type { CfgLine } from './read-lines.ts';

export interface Understood {
  readonly keyword: string;
  readonly args: readonly string[];
  readonly negated: boolean;
}

/** Misplaced keywords that HAProxy refuses; others it only warns of. */
const strictlyPlaced = new Set([
  'server',
  'server-template',
  'default-server',
  'retry-on',
  'use-fcgi-app',
  'tcp-request connection',
  'tcp-request session',
  'tcp-response content',
  'tcp-response inspect-delay',
]);

/** The keyword of a line and its arguments; undefined when the line is not to be read further, after a message. */
export function understand(report: CfgReport, line: CfgLine, section: Section, name: string): Understood | undefined {
  const words = line.words.map((word) => word.text);
  const prefix = words[0] === 'no' || words[0] === 'default' ? words[0] : '';
  const rest = prefix === '' ? words : words.slice(1);
  const found = findKeyword(rest, section);
  if (found === undefined) {
    tellUnknown(report, line, section, name, rest);
    return undefined;
  }
  const { keyword, used } = found;
  if (prefix !== '' && keyword.negatable !== true && keyword.defaultable !== true) {
    report.alert(
      line,
      keyword.name.startsWith('option ')
        ? `negation/default is not supported for option '${keyword.name.slice('option '.length)}'.`
        : 'negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping.',
    );
    return undefined;
  }
  const given = tellObsolete(keyword.name, []) !== undefined;
  if (
    keyword.obsolete === true &&
    !given &&
    !/^(option (forceclose|http-use-htx|http-tunnel)|nbproc)$/.test(keyword.name)
  ) {
    report.warn(line, `'${keyword.name}' is obsolete.`);
  }
  if (prefix === 'default') {
    report.skip(line, 'a line says what holds; without it the default does');
    return undefined;
  }
  const args = rest.slice(used);
  // An empty word ends a line for HAProxy.
  const isShort = args.length < keyword.fewest || args.slice(0, keyword.fewest).includes('');
  const missing =
    isShort && prefix === ''
      ? missingArguments(section === 'userlist' ? `userlist ${keyword.name}` : keyword.name, keyword.fewest)
      : undefined;
  if (missing !== undefined) {
    report.alert(line, missing);
    return undefined;
  }
  if (args.length > keyword.most) {
    const surplus = args[keyword.most];
    report.alert(
      line,
      keyword.name === 'unique-id-format'
        ? "unique-id-format expects only one argument, don't forget to escape spaces!"
        : keyword.name.startsWith('timeout ')
          ? `'${keyword.name}' : unexpected extra argument '${surplus}' after value '${args[0]}'.`
          : `'${shortName(keyword.name)}' cannot handle unexpected argument '${surplus}'.`,
    );
    return undefined;
  }
  return { keyword: keyword.name, args, negated: prefix === 'no' };
}

/** HAProxy names `capture request header` by its first two words, and all that begins with `stick` by that. */
const shortName = (keyword: string) => keyword.replace(/^(capture \S+) header$/, '$1').replace(/^stick .*$/, 'stick');

/** What HAProxy lists as the words that may follow, where it does not list all it knows. */
const supported: Readonly<Record<string, string>> = {
  stats: "'socket', 'maxconn', 'bind-process' and 'timeout'",
  timeout:
    "'client', 'server', 'connect', 'check', 'queue', 'http-keep-alive', 'http-request', 'tunnel', 'tarpit', 'client-fin' and 'server-fin'",
};

function tellUnknown(report: CfgReport, line: CfgLine, section: Section, name: string, words: readonly string[]): void {
  const [first = '', second = ''] = words;
  const elsewhere = knownElsewhere(words);
  if (elsewhere.includes('frontend') || elsewhere.includes('backend') || elsewhere.includes('listen')) {
    const misplaced = tellMisplaced(report, line, section, name, words);
    if (misplaced) return;
  }
  const known = followingWords([first], section);
  if (first === 'capture') report.alert(line, "'capture' expects 'cookie' or 'request header' or 'response header'.");
  else if (first === 'option') {
    if (second === '') report.alert(line, "'option' expects an option name.");
    else report.alert(line, `unknown option '${second}'${hint(suggestFollowing([first], second, section), '.')}`);
  } else if (supported[first] !== undefined && known.length > 0 && (section === 'global') === (first === 'stats')) {
    const verb = first === 'stats' ? 'only supports' : 'supports';
    report.alert(line, `'${first}' ${verb} ${supported[first]} (got '${second}')`);
  } else if (known.length > 0) {
    const got = second === '' ? '' : `, but got '${second}'`;
    if (first === 'stick') report.alert(line, "'stick' expects 'on', 'match', or 'store'.");
    else report.alert(line, `'${first}' expects ${known.map((word) => `'${word}'`).join(', ')}${got}.`);
  } else {
    const shown = section === 'userlist' ? 'users' : section;
    report.alert(line, `unknown keyword '${first}' in '${shown}' section${hint(suggestKeyword(first, section))}`);
  }
}

/** A keyword of the other side of proxies. Answers whether there was anything to tell. */
function tellMisplaced(
  report: CfgReport,
  line: CfgLine,
  section: Section,
  name: string,
  words: readonly string[],
): boolean {
  const other = section === 'frontend' ? 'backend' : section === 'backend' ? 'frontend' : undefined;
  const keyword = other === undefined ? undefined : findKeyword(words, other)?.keyword.name;
  if (section === 'defaults') {
    const inProxies = findKeyword(words, 'listen')?.keyword.name;
    if (inProxies === undefined) return false;
    if (inProxies === 'stick-table') report.alert(line, "'stick-table' is not supported in 'defaults' section.");
    else report.alert(line, `'${shortName(inProxies)}' not allowed in 'defaults' section.`);
    return true;
  }
  if (other === undefined || keyword === undefined) return false;
  if (keyword === 'declare capture') report.alert(line, "'declare' only available in frontend or listen section");
  else if (strictlyPlaced.has(keyword)) {
    report.alert(line, `'${keyword}' not allowed because ${section} '${name}' has no ${other} capability.`);
  } else if (keyword.startsWith('timeout ')) {
    report.warn(line, `'${keyword}' will be ignored because ${section} '${name}' has no ${other} capability`);
  } else {
    const shown = keyword.startsWith('capture ') ? 'capture' : shortName(keyword);
    report.warn(line, `'${shown}' ignored because ${section} '${name}' has no ${other} capability.`);
  }
  return true;
}

/** The end of a message about an unknown word; `otherwise` ends it where no known one is near. */
export function hint(near: string | undefined, otherwise = ''): string {
  return near === undefined ? otherwise : `; did you mean '${near}' maybe ?`;
}

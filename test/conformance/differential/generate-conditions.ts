/** ACLs, and conditions made of them. */
import { findAclKeyword } from '../../../shared/language/acl-keywords.ts';
import { defaultMatch, type MatchMethod, matchMethods } from '../../../shared/language/match-methods.ts';
import { findPlaceProblem, type Place } from '../../../shared/language/sample-types.ts';
import type { Dice } from './dice.ts';
import { aclName, hasAclFile, mapName } from './files.ts';
import { callText, sampleText } from './generate-samples.ts';
import { word } from './quoting.ts';
import {
  cookieNames,
  fieldValues,
  hosts,
  methods,
  networks,
  parameterNames,
  paths,
  plainWords,
  regexes,
  texts,
} from './words.ts';

const derived = ['base', 'cook', 'hdr', 'path', 'scook', 'shdr', 'url', 'urlp'].flatMap((base) =>
  ['', '_beg', '_dir', '_dom', '_end', '_len', '_reg', '_sub'].map((ending) => base + ending),
);

const predefined = [
  ...[
    'FALSE',
    'HTTP',
    'HTTP_1.0',
    'HTTP_1.1',
    'HTTP_2.0',
    'HTTP_CONTENT',
    'HTTP_URL_ABS',
    'HTTP_URL_SLASH',
    'HTTP_URL_STAR',
  ],
  ...['LOCALHOST', 'METH_CONNECT', 'METH_DELETE', 'METH_GET', 'METH_HEAD', 'METH_OPTIONS', 'METH_POST', 'METH_PUT'],
  ...['METH_TRACE', 'TRUE', 'WAIT_END'],
];

const withoutMethods = predefined.filter((name) => !/^(?:METH_|HTTP_CONTENT)/.test(name));

/** Criterion, flags and patterns of one test. */
export function testText(dice: Dice, place: Place): string {
  if (place === 'http-request' && dice.once(30)) return `http_auth_group(users) ${patternText(dice, 'auth')}`;
  const { criterion, match: keywordMatch } = criterionText(dice, place);
  const flags: string[] = [];
  let match = keywordMatch;
  if (dice.once(4)) flags.push('-i');
  if (match === undefined || dice.once(8)) {
    match = dice.pick(
      dice.once(10) ? matchMethods : (['found', 'str', 'beg', 'sub', 'end', 'len', 'reg', 'bool', 'int'] as const),
    );
    flags.push(`-m ${match}`);
  }
  const fromFile = hasAclFile(match) && dice.once(10);
  if (fromFile) flags.push(fileFlag(dice, match));
  if (dice.once(12)) flags.push('--');
  const needsNone = match === 'found' || match === 'bool' || (fromFile && dice.once(2));
  const values = dice.list(needsNone ? 0 : 1, needsNone ? 0 : dice.pick([1, 1, 1, 2, 3, 7]), () =>
    patternText(dice, match),
  );
  // "gt 0" is two words.
  const patterns = match === 'int' || match === 'len' ? values : values.map(word);
  return [word(criterion), ...flags, ...patterns].join(' ');
}

function fileFlag(dice: Dice, match: string): string {
  if (match === 'str' && dice.scene.editsFiles) return '-f @-edit.acl';
  return dice.once(3) ? `-M -f ${mapName(match)}` : `-f ${aclName(match)}`;
}

function criterionText(dice: Dice, place: Place): { criterion: string; match: MatchMethod | 'meth' | undefined } {
  if (dice.once(2)) {
    const known = derived.map((name) => ({ name, keyword: findAclKeyword(name) }));
    const fitting = known.flatMap(({ name, keyword }) =>
      'problem' in keyword || findPlaceProblem(keyword.fetch.needs, place) !== undefined ? [] : [{ name, ...keyword }],
    );
    if (fitting.length > 0) {
      const { name, fetch, match } = dice.pick(fitting);
      return { criterion: name + callText(dice, fetch), match: match ?? defaultMatch(fetch.type) };
    }
  }
  const { text, type } = sampleText(dice, place);
  return { criterion: text, match: defaultMatch(type) };
}

function patternText(dice: Dice, match: MatchMethod | 'meth'): string {
  if (dice.once(200)) return dice.pick(texts);
  switch (match) {
    case 'len':
      // As lengths are never below 0, HAProxy takes "lt 0" for any.
      return dice.pick(['0', '1', '2', '5', '12', '1:3', ':4', '3:', 'gt 0', 'ge 1', 'le 12', 'eq 7', '1-5', 'gt 2:9']);
    case 'int':
      return dice.pick([
        '0',
        '1',
        '2',
        '5',
        '12',
        '1:3',
        ':4',
        '3:',
        'gt 0',
        'lt 3',
        'ge 1',
        'le 12',
        'eq 7',
        '1-5',
        'gt 2:9',
      ]);
    case 'ip':
      return dice.pick(networks);
    case 'bin':
      return dice.pick(['41', '4142', '61', '31', 'c3a9']);
    case 'reg':
      return dice.pick(regexes.filter((regex) => regex !== ''));
    case 'meth':
      return dice.pick(methods);
    case 'auth':
      return dice.pick(['admins', 'others', 'admins', 'strangers']);
    case 'beg':
      return dice.pick(['/p', '/a', 'www.', 'a', 'o', 'h', '1', '/api/', 'http://']);
    case 'end':
      return dice.pick(['.html', 'a', '.com', '/', '2', 'o', 'e']);
    case 'dir':
    case 'dom':
      return dice.pick(['p', 'a', '/p/', 'api', 'example', 'com', 'v1', 'www']);
    default:
      return dice.choose([
        () => dice.pick(plainWords),
        () => dice.pick(paths),
        () => dice.pick(hosts),
        () => dice.pick(fieldValues.filter((value) => !/[^\x20-\x7e]/.test(value) && value !== '')),
        () => dice.pick([...cookieNames, ...parameterNames]),
      ]);
  }
}

/** "if" or "unless" with one to three tests, behind a space; "" in half of the cases unless there must be one. */
export function conditionText(dice: Dice, place: Place, acls: readonly string[], always = false): string {
  if (!always && dice.once(2)) return '';
  let text = termText(dice, place, acls);
  for (let more = dice.pick([0, 0, 0, 1, 2]); more > 0; more--) {
    text += `${dice.pick([' ', ' ', ' or ', ' || '])}${termText(dice, place, acls)}`;
  }
  return ` ${dice.pick(['if', 'if', 'if', 'unless'])} ${text}`;
}

/** One test of a condition. */
export function termText(dice: Dice, place: Place, acls: readonly string[]): string {
  const sign = dice.pick(['', '', '', '!', '! ']);
  if (acls.length > 0 && dice.once(3)) return sign + dice.pick(acls);
  if (dice.once(4)) return sign + dice.pick(place === 'tcp' ? withoutMethods : predefined);
  return `${sign}{ ${testText(dice, place)} }`;
}

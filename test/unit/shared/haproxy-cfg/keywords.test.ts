/** The catalogue of HAProxy's keywords, compared with what the haproxy binary registers and with its manual. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { bindKeywords } from '../../../../shared/haproxy-cfg/keywords/bind-keywords.ts';
import * as catalogue from '../../../../shared/haproxy-cfg/keywords/find-keyword.ts';
import { type Keyword, type Section, sectionNames } from '../../../../shared/haproxy-cfg/keywords/keyword.ts';
import { filterNames } from '../../../../shared/haproxy-cfg/keywords/proxy-keywords.ts';
import { type RuleSet, ruleActions } from '../../../../shared/haproxy-cfg/keywords/rule-actions.ts';
import { serverKeywords } from '../../../../shared/haproxy-cfg/keywords/server-keywords.ts';
import { requireProgram } from '../../../support/require-program.ts';

const { allKeywords, findKeyword, followingWords } = catalogue;
const proxySections: readonly Section[] = ['defaults', 'frontend', 'listen', 'backend'];

/** Keywords that Sluice takes from versions after 2.6. */
const ofLaterVersions = new Set(['option forwarded']);
/** In the manual, but Debian's binary is built without them (51Degrees, DeviceAtlas, WURFL, QUIC, zlib, engines). */
const notCompiledIn =
  /^(51degrees-|deviceatlas-|wurfl-|tune\.quic\.|tune\.zlib\.|ssl-engine$|profiling\.memory$)|^quic-(cc-algo|force-retry)$/;
/** In the manual, but the parser of 2.6 has lost it. */
const unregisteredServerKeywords = ['no-verifyhost'];
/** Built into the parsers of the rules, so the dump leaves them out. */
const builtInActions: Readonly<Partial<Record<RuleSet, readonly string[]>>> = {
  'tcp-request connection': ['accept', 'expect-netscaler-cip', 'expect-proxy', 'reject', 'track-sc*'],
  'tcp-request session': ['accept', 'reject', 'track-sc*'],
  'tcp-request content': ['accept', 'capture', 'reject', 'track-sc*'],
  'tcp-response content': ['accept', 'close', 'reject'],
};

/** A test that asks the program; skipped without it. */
function oracleTest(name: string, body: (haproxy: string) => void): void {
  test(name, (context) => {
    const haproxy = requireProgram(context, 'haproxy');
    if (haproxy !== undefined) body(haproxy);
  });
}

/** What `haproxy -dK` prints, split at its lines. */
function dump(haproxy: string, classes: string): readonly string[] {
  const { stdout } = spawnSync(haproxy, [`-dK${classes}`, '-q', '-c', '-f', '/dev/null'], { encoding: 'utf8' });
  ok(stdout.includes('# List of registered'), 'haproxy dumps its keywords');
  return stdout.split('\n');
}

/** The indented lines below a heading such as "global". */
function below(lines: readonly string[], heading: string): string[] {
  const start = lines.indexOf(heading) + 1;
  const length = lines.slice(start).findIndex((line) => !line.startsWith('\t'));
  return lines.slice(start, start + length).map((line) => line.trim());
}

function matching(lines: readonly string[], expression: RegExp): RegExpExecArray[] {
  return lines.map((line) => expression.exec(line)).filter((match) => match !== null);
}

function none(rows: readonly unknown[]): void {
  deepEqual(rows, []);
}

function sorted(words: Iterable<string>): string[] {
  return [...new Set(words)].sort();
}

function keywordsIn(...sections: readonly Section[]): readonly Keyword[] {
  return allKeywords.filter(
    ({ name, sections: own }) => !ofLaterVersions.has(name) && own.some((section) => sections.includes(section)),
  );
}

describe('the catalogue has what haproxy registers', () => {
  oracleTest('the global section', (haproxy) => {
    const lines = dump(haproxy, 'cfg');
    const known = new Set(followingWords([], 'global'));
    none(below(lines, 'global').filter((word) => !known.has(word)));
  });

  oracleTest('the proxy sections and their options', (haproxy) => {
    const lines = dump(haproxy, 'cfg');
    const registered = below(lines, 'listen');
    const known = new Set(proxySections.flatMap((section) => followingWords([], section)));
    const words = registered.filter((line) => !line.includes(' '));
    ok(words.length > 20);
    none(words.filter((word) => !known.has(word)));
    const options = matching(registered, /^option (\S+) \[ (.*) \]$/);
    ok(options.length > 30);
    for (const [, name = '', sides = ''] of options) {
      const [frontend, backend] = [findKeyword(['option', name], 'frontend'), findKeyword(['option', name], 'backend')];
      equal(frontend !== undefined, sides.includes('FE'), `option ${name} in a frontend`);
      equal(backend !== undefined, sides.includes('BE'), `option ${name} in a backend`);
      equal((frontend ?? backend)?.keyword.negatable, true, `no option ${name}`);
    }
  });

  oracleTest('bind parameters', (haproxy) => {
    const lines = dump(haproxy, 'cfg');
    const registered = matching(below(lines, 'listen'), /^bind <addr> (?:ssl )?(\S+)(?: \+(\d))?$/);
    deepEqual(
      sorted([...registered.map(([, name, values]) => `${name} ${values ?? 0}`), 'ssl 0']),
      sorted(bindKeywords.filter(({ name }) => !notCompiledIn.test(name)).map(({ name, most }) => `${name} ${most}`)),
    );
    deepEqual(
      sorted(below(lines, 'crt-list').map((line) => line.replace(/ .*/, ''))),
      sorted(bindKeywords.filter((keyword) => keyword.inCrtList).map(({ name }) => name)),
    );
  });

  oracleTest('server parameters', (haproxy) => {
    const lines = dump(haproxy, 'cfg');
    const registered = matching(below(lines, 'listen'), /^server <name> <addr> (\S+)(?: \+(-?\d))?$/);
    const known = serverKeywords.filter(({ name }) => !unregisteredServerKeywords.includes(name));
    deepEqual(
      // "usesrc" is registered only to say that it belongs behind "source".
      sorted(registered.filter(([, name]) => name !== 'usesrc').map(([, name, values]) => `${name} ${values ?? 0}`)),
      sorted(known.map(({ name, fewest, most }) => `${name} ${fewest === most ? most : -1}`)),
    );
  });

  oracleTest('the actions of rules', (haproxy) => {
    const lines = dump(haproxy, 'cfg');
    const registered = below(lines, 'listen');
    for (const set of Object.keys(ruleActions) as RuleSet[]) {
      const names = registered.filter((line) => line.startsWith(`${set} `)).map((line) => line.slice(set.length + 1));
      deepEqual(
        sorted([...names, ...(builtInActions[set] ?? [])]),
        sorted(
          ruleActions[set].map(({ name, parentheses }) =>
            name.startsWith('track-sc') ? 'track-sc*' : `${name}${parentheses ? '*' : ''}`,
          ),
        ),
        set,
      );
    }
  });

  oracleTest('filters', (haproxy) => {
    const lines = dump(haproxy, 'flt');
    const names = matching(lines, /^(\S+) \[[A-Z]+\]$/).map(([, name]) => name);
    deepEqual(names, filterNames);
  });
});

describe('the catalogue has what the manual lists', () => {
  const manual = manualLines();
  const skip = manual === undefined ? 'the manual of haproxy is not installed' : false;

  test('the matrix of proxy keywords', { skip }, () => {
    const rows = matching(
      manual ?? [],
      /^(\S.{20,40}?) +(?:\(\*\)|\(deprecated\))? +([X-])(?: \(!\))? +([X-]) +([X-]) +([X-])$/,
    );
    ok(rows.length > 160, `${rows.length} rows`);
    for (const [line, name = '', ...marks] of rows) {
      // The matrix has one row for all of "compression".
      const words = name
        .trim()
        .replace(/^compression$/, 'compression algo')
        .replace(/set-var$/, '$&(txn.a)')
        .split(' ');
      const found = proxySections.map((section) => findKeyword(words, section));
      deepEqual(
        found.map((match) => match?.used === words.length),
        // The matrix has "option tcplog" in backends, its description and the program have not.
        marks.map((mark, index) => mark === 'X' && !(name.trim() === 'option tcplog' && index === 3)),
        line,
      );
      const negatable = found.some((match) => match?.keyword.negatable);
      equal(negatable, line.includes('(*)'), line);
    }
  });

  test('the list of global keywords', { skip }, () => {
    const start = manual?.indexOf('3. Global parameters', 500) ?? 0;
    const names = matching(manual?.slice(start, start + 180) ?? [], /^ {3}- (\S+)/).map(([, name = '']) => name);
    ok(names.length > 140, `${names.length} names`);
    const known = new Set(followingWords([], 'global'));
    none(names.filter((name) => !known.has(name)));
  });
});

function manualLines(): readonly string[] | undefined {
  try {
    return gunzipSync(readFileSync('/usr/share/doc/haproxy/configuration.txt.gz')).toString().split('\n');
  } catch {
    return undefined;
  }
}

/** What haproxy says of each line when it stands in a section of this kind; "" when it takes it. */
function check(haproxy: string, section: Section, lines: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-keywords-'));
  try {
    const done: string[] = [];
    while (done.length < lines.length) done.push(...checkSome(haproxy, section, lines.slice(done.length), folder));
    return done;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The messages for the first of the lines: those up to the one that makes haproxy give up, or to its limit of errors. */
function checkSome(haproxy: string, section: Section, lines: readonly string[], folder: string): string[] {
  // Two lines in a section "program" crash haproxy 2.6.12.
  const some = lines.slice(0, section === 'program' ? 1 : 40);
  const head = [
    ...['global', ' expose-experimental-directives', ' description x'],
    ...(section === 'global' ? [] : ['defaults', ' mode http', `${section} x`]),
  ];
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, [...head, ...some, 'last-line', ''].join('\n'));
  const { stderr } = spawnSync(haproxy, ['-c', '-f', file], { cwd: folder, encoding: 'utf8' });
  const messages = some.map(() => '');
  let reached = 0;
  // Not every message ends its line.
  for (const [, line = '', message = ''] of matching(stderr.split(/\[(?:ALERT|WARNING)\]/), /\.cfg:(\d+)\] ?: ?(.*)/)) {
    if (message.includes("'last-line'")) return messages;
    const index = Number(line) - head.length - 1;
    if (messages[index] === undefined || message.startsWith('too many fatal errors')) continue;
    messages[index] += message;
    reached = Math.max(reached, index);
  }
  return messages.slice(0, reached + 1);
}

type Count = (keyword: Keyword) => number;
const fewestOf: Count = ({ fewest }) => fewest;

function lineOf(keyword: Keyword, count: number): string {
  return [`${keyword.name}${keyword.parentheses === 'needed' ? '(txn.a)' : ''}`, ...Array(count).fill('1')].join(' ');
}

/** The lines of keywords with a count of arguments, and what haproxy says of each. */
function checkEach(haproxy: string, section: Section, keywords: readonly Keyword[], countOf: Count, prefix = '') {
  const lines = keywords.map((keyword) => prefix + lineOf(keyword, countOf(keyword)));
  return check(haproxy, section, lines).map((message, index) => ({ line: lines[index], message }));
}

/** The keywords of a section that haproxy can be asked about; "quiet" would silence the lines after it. */
function askable(section: Section): readonly Keyword[] {
  return keywordsIn(section).filter(({ name }) => name !== 'quiet' && !notCompiledIn.test(name));
}

describe('the counts of arguments are those of haproxy', () => {
  for (const section of sectionNames) {
    oracleTest(section, (haproxy) => {
      const current = askable(section).filter((keyword) => keyword.obsolete !== true);
      const needy = current.filter(({ fewest }) => fewest > 0);
      const tooFew = checkEach(haproxy, section, needy, ({ fewest }) => fewest - 1);
      none(tooFew.filter(({ message }) => message === ''));
      const limited = current.filter(({ most }) => most < Infinity);
      const tooMany = checkEach(haproxy, section, limited, ({ most }) => most + 1);
      none(tooMany.filter(({ message }) => message === ''));
      const content = current.filter(({ fewest }) => fewest === 0);
      const alone = checkEach(haproxy, section, content, () => 0);
      none(alone.filter(({ message }) => message !== '' && !message.includes('overrides previous')));
    });
  }
});

/** What the manual keeps out of frontends or backends, while haproxy takes it there without a word. */
const tolerated = /^(persist rdp-cookie|(option )?external-check|transparent|unique-id-(format|header))\b/;

/** Deprecated by the manual alone. */
const silentlyObsolete = ['stats bind-process', 'transparent'];

describe('sections, prefixes and obsolete words are those of haproxy', () => {
  for (const section of sectionNames) {
    oracleTest(section, (haproxy) => {
      const known = askable(section);
      const current = known.filter((keyword) => keyword.obsolete !== true);
      const placed = checkEach(haproxy, section, current, fewestOf);
      const misplaced =
        /unknown (?:keyword|option|statement) '(?!1')|not allowed in|capability|only available|not supported in|ignored in/;
      none(placed.filter(({ message }) => misplaced.test(message)));
      const negated = checkEach(haproxy, section, current, fewestOf, 'no ');
      deepEqual(
        current.filter((_, index) => !/negation\/default/.test(negated[index]?.message ?? '')).map(({ name }) => name),
        current.filter(({ negatable }) => negatable === true).map(({ name }) => name),
      );
      const loud = known.filter(({ name, obsolete }) => obsolete === true && !silentlyObsolete.includes(name));
      const obsolete = checkEach(haproxy, section, loud, () => 1);
      none(obsolete.filter(({ message }) => !/deprecated|not supported any ?more|exist anymore/.test(message)));
      const absent = keywordsIn(section).filter(({ name }) => notCompiledIn.test(name));
      const refused = checkEach(haproxy, section, absent, () => 1);
      none(refused.filter(({ message }) => !message.includes('unknown keyword')));
      if (!proxySections.includes(section)) return;
      const others = keywordsIn(...proxySections).filter(({ sections }) => !sections.includes(section));
      const foreign = checkEach(haproxy, section, others, fewestOf);
      none(foreign.filter(({ line, message }) => message === '' && !tolerated.test(line ?? '')));
    });
  }
});

describe('findKeyword', () => {
  const find = (line: string, section: Section) => {
    const found = findKeyword(line.split(' '), section);
    return found && `${found.keyword.name}/${found.used}`;
  };

  test('takes the longest name', () => {
    equal(find('timeout client 30s', 'defaults'), 'timeout client/2');
    equal(find('capture request header Host len 20', 'frontend'), 'capture request header/3');
    equal(find('http-request deny if bad', 'listen'), 'http-request/1');
  });

  test('takes an argument in parentheses where one belongs', () => {
    equal(find('http-check set-var(txn.a) str(b)', 'backend'), 'http-check set-var/2');
    equal(find('http-check set-var txn.a', 'backend'), undefined);
    equal(find('persist rdp-cookie', 'backend'), 'persist rdp-cookie/2');
    equal(find('persist rdp-cookie(msts)', 'backend'), 'persist rdp-cookie/2');
    equal(find('maxconn(5)', 'frontend'), undefined);
  });

  test('knows one section from another', () => {
    equal(find('timeout client 30s', 'backend'), undefined);
    equal(find('server a 192.0.2.1:80', 'frontend'), undefined);
    equal(findKeyword(['log', 'global'], 'global')?.keyword.fewest, 2);
    equal(findKeyword(['log', 'global'], 'frontend')?.keyword.fewest, 1);
    equal(find('toString', 'global'), undefined);
    equal(findKeyword([], 'global'), undefined);
  });

  test('knownElsewhere lists the sections of a misplaced keyword, followingWords what completes a name', () => {
    deepEqual(catalogue.knownElsewhere(['nbthread', '4']), ['global']);
    deepEqual(catalogue.knownElsewhere(['timeout', 'connect', '5s']), ['defaults', 'listen', 'backend', 'ring']);
    deepEqual(catalogue.knownElsewhere(['nonsense']), []);
    deepEqual(followingWords(['timeout'], 'resolvers'), ['resolve', 'retry']);
    deepEqual(followingWords(['capture', 'request'], 'frontend'), ['header']);
    ok(followingWords([], 'cache').includes('max-age'));
  });

  test('no section knows the same name twice', () => {
    for (const section of sectionNames) {
      const names = keywordsIn(section).map(({ name }) => name);
      equal(names.length, new Set(names).size, section);
    }
  });

  test('parameters and actions', () => {
    equal(catalogue.findBindKeyword('crt')?.most, 1);
    equal(catalogue.findBindKeyword('fall'), undefined);
    equal(catalogue.findServerKeyword('source')?.most, 5);
    deepEqual(catalogue.findAction('set-var(txn.a)', 'http-request'), {
      action: { name: 'set-var', parentheses: true },
      argument: 'txn.a',
    });
    equal(catalogue.findAction('deny', 'http-request')?.argument, '');
    equal(catalogue.findAction('deny(1)', 'http-request'), undefined);
    equal(catalogue.findAction('set-var', 'http-request'), undefined);
    equal(catalogue.findAction('deny', 'tcp-request content'), undefined);
  });
});

type Suggest = (word: string) => string | undefined;
/** Lines with a gap, what suggests a word for it, and misspelt words to put there. */
const misspelt: readonly (readonly [line: string, ours: Suggest, words: string])[] = [
  ['%', (word) => catalogue.suggestKeyword(word, 'listen'), 'blance severr defualt_backend http_request optoin client'],
  [
    '%',
    (word) => catalogue.suggestKeyword(word, 'listen'),
    'listener statistics monitorfail logformat fullcon acll foo',
  ],
  [
    'global %',
    (word) => catalogue.suggestKeyword(word, 'global'),
    'tune.bufsiz nbthreads sslmaxconn pid-file set_var xyz',
  ],
  [
    'option %',
    (word) => catalogue.suggestFollowing(['option'], word, 'listen'),
    'htplog keep-alive sslcheck splice foo',
  ],
  [
    'server a 192.0.2.1:80 % 1',
    catalogue.suggestServerKeyword,
    'chek fal wieght inetr back rises port8 sslverify foo qqq',
  ],
  ['bind :8080 % 1', catalogue.suggestBindKeyword, 'slll acceptproxy transparant certs v4 procces strictsni foo'],
  [
    'http-request %',
    (word) => catalogue.suggestAction(word, 'http-request'),
    'dney add_header setvar(txn.a) deny(x) foo',
  ],
  ['tcp-request content %', (word) => catalogue.suggestAction(word, 'tcp-request content'), 'acept rejct setdst foo'],
];

describe('suggestions are those of haproxy', () => {
  for (const [line, ours, list] of misspelt) {
    oracleTest(`${line}: ${list}`, (haproxy) => {
      const words = list.split(' ');
      const lines = words.map((word) => line.replace(/^global /, '').replace('%', word));
      const messages = check(haproxy, line.startsWith('global ') ? 'global' : 'listen', lines);
      deepEqual(
        words.map((word) => [word, ours(word)]),
        words.map((word, index) => [word, /[Dd]id you mean '(.*?)' maybe/.exec(messages[index] ?? '')?.[1]]),
      );
    });
  }
});

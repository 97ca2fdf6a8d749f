/** Reading lines and conditions, compared with what the installed HAProxy 2.6 says. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HAProxy writes its variables like this.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { formatDiagnostic } from '../../../../shared/haproxy-cfg/diagnostic.ts';
import { evaluateCondition, type Facts } from '../../../../shared/haproxy-cfg/predicates.ts';
import { readLines } from '../../../../shared/haproxy-cfg/read-lines.ts';
import { expandAddress } from '../../../../shared/haproxy-cfg/tokenize-line.ts';
import { requireProgram } from '../../../support/require-program.ts';

const environment = { NAME: 'a b', X: 'x', EMPTY: '', LIST: ' one  two ', WORDS: 'one two\tthree', SPACE: ' ' };

function run(program: string, parameters: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(program, parameters, { encoding: 'utf8', env: environment });
}

/** The path of HAProxy and what it is built with; undefined, the test skipped, unless it is a 2.6. */
function oracle(t: TestContext): { program: string; facts: Facts } | undefined {
  const program = requireProgram(t, 'haproxy');
  if (program === undefined) return undefined;
  const shown = run(program, ['-vv']).stdout;
  const version = /version (\S+)/.exec(shown)?.[1] ?? '';
  if (!version.startsWith('2.6.')) {
    t.skip(`HAProxy is ${version}, not 2.6`);
    return undefined;
  }
  const features = new Set([...shown.matchAll(/ \+(\w+)/g)].map((found) => found[1] ?? ''));
  const openssl = /Built with OpenSSL version : OpenSSL (\S+)/.exec(shown)?.[1] ?? '';
  const sslLibrary = /Running on OpenSSL version : (.*)/.exec(shown)?.[1] ?? '';
  return { program, facts: { version, features, enabled: new Set(), openssl, sslLibrary, environment } };
}

const conditions =
  `0|1|00|01|-1|+1|-0|12abc|1x|0x10|0x0|0xg|08|1.0|99999999999999999999|1 1|!1|!0|! 1|!!1|!|!(1)|!(0)|!()|!!foo
(1)|( 1 )|((1))|()|(1|1)|(1))|- 1|+-1|1 & 1|1&&1|1 && 0|0 && 1|1 &&|&& 1|1&&&1|0 && foo|0 && foo(|(1 && )|1 && (1 &&
1 && 1 &&|1 && (|(1 &&|(1 && 1 &&)|1 && !(foo)|(1 && (1 foo))|(1)(1)|(1) 1|1(1)|!(!(1))|(1 foo)|( (1 )|1 && !|foo|foo()|true
defined(X)|defined(EMPTY)|defined(NOPE)|defined()|defined|defined (X)|defined( X)|defined(X )|defined(X,Y)|defined(X)x|defined(X
DEFINED(X)|defined1|(defined)|defined&&1|feature(OPENSSL)|feature(openssl)|feature(QUIC)|feature(+OPENSSL)|feature(OPEN)|feature()
feature|feature(|feature(OPENSSL))|streq(a,a)|streq(a,b)|streq(a,)|streq(,)|streq()|streq(a)|streq(a,a,)|streq(a,a,a)|streq(a, a)
streq(a ,a)|streq(a b,a b)|streq((,()|streq(#,#)|streq(A,a)|streq|streq(|streq(a|streq(a,b|streq(a,|streq (a,b)|streq(a,b)c
strneq(a,b)|strneq(a,a)|strneq(a)|strneq(,)|1 && streq(a)|!streq(a,b,c)|version_atleast(2.6)|version_atleast(2.6.12)
version_atleast(2.6.99)|version_atleast(2.6.12-1)|version_atleast(2.6.12-0-1)|version_atleast(2.6-dev0)|version_atleast(2.7-dev)
version_atleast(2)|version_atleast(3)|version_atleast(3.)|version_atleast(2.10)|version_atleast()|version_atleast(foo)
version_atleast(2.7.foo)|version_atleast(2.6.12.1)|version_atleast(2.7-1+deb)|version_atleast(2.6.99-dev1+x)|version_atleast(2,7)
version_before(2.6)|version_before(2.6.12)|version_before(2.7)|version_before(2.7-dev1)|version_before(foo)|version_before( 2.7)
version_before(.7)|version_before(2..7)|version_atleast(02.07)|openssl_version_atleast(1.1.1)|openssl_version_atleast(1.1.1f)
openssl_version_atleast(3.0.0)|openssl_version_atleast(3.0.1)|openssl_version_atleast(3.0.0a)|openssl_version_atleast(3.0.0v)
openssl_version_atleast(4)|openssl_version_atleast()|openssl_version_before(3.0.0)|openssl_version_before(3.0.0v)
openssl_version_before(3.1)|openssl_version_before(1.1.1-dev)|0 && openssl_version_atleast(4)|ssllib_name_startswith(OpenSSL)
ssllib_name_startswith(open)|ssllib_name_startswith()|ssllib_name_startswith(OpenSSL 3)|'streq("a,b","a,b")'|'streq("a,b",a\\,b)'
'streq("a)","a)")'|'streq("a)",a\\))'|'streq(a\\\\b,"a\\b")'|'streq(\\n,"\\n")'|'streq(\\x41,A)'|'streq(\\#,#)'|'streq("\\$","$")'
'streq("a,a)'|'streq(a"b"c,abc)'|'streq(a\\"b,"a\\"b")'|'streq(a\\ b,a b)'|'streq(\\a,a)'|'streq(a\\'|'streq(a,a\\)'|'streq("" ,)'`
    .split(/[|\n]/)
    .concat(['1||0', '0||0', '1 ||', '|| 1', '1 || foo', '1 || (', '1 || 0 && 0', '(1 || 0) && 0', '0 && 0 || 1', '! '])
    .concat([
      '1 || 1 &&',
      '1 && 1 ||',
      '(1 ||',
      '(1 || )',
      '1 && (1 ||',
      '1 || (1 || (1',
      '1 ||| 1',
      '!(1',
      '1 || streq(a)',
    ]);

test('conditions give the exit codes and the messages of "haproxy -cc"', (t) => {
  const haproxy = oracle(t);
  if (haproxy === undefined) return;
  for (const condition of conditions) {
    const ran = run(haproxy.program, ['-cc', condition]);
    const result = evaluateCondition(condition.replace(/^'(.*)'$/, '$1'), haproxy.facts);
    assert.equal('value' in result ? Number(!result.value) : 2, ran.status, condition);
    const message = /Failed to evaluate condition: (.*)/.exec(ran.stderr)?.[1];
    if ('problem' in result && message !== undefined) assert.equal(result.problem, message, condition);
  }
});

const words = [
  ...['a b\tc\vd\fe', 'a#b', '"a#b" \\##c', 'a\\ b \\\\ \\" \\\' \\q \\$X a\\', '\\n\\t', '\\x41\\x20b'],
  ...['\\xc3\\xa9', '\'a \\n "$X" #\'', '"a b \' # \\" \\$X \\q\\x41"', 'a""b \'\' "" c', 'a\'b c\'"d e"\\ f', '"a\\'],
  ...['$X ${X} "$X" "${X}y"', '"$X-x$X.y"', '"$NOPE"x', '"${NOPE-p q}" "${EMPTY-x}" "${X-y}" "${NOPE-}"', '"$ "'],
  ...[
    '"${NOPE-a\\n"#$X}b"',
    '"${.LINE}:$.LINE:$.SECTION"',
    '"x${WORDS[*]}y" z',
    '"${LIST[*]}"',
    '"[${SPACE[*]}]"',
    '"$1"',
  ],
  ...[
    'x"${EMPTY[*]}" z',
    '"${NOPE[*]-p  q }z" z',
    '"$WORDS[*]"',
    '"${WORDS[*]}${WORDS[*]}"',
    '"bc',
    "b'c",
    '"b\\"',
    '"${}"',
  ],
  ...[
    '"b\r"',
    'a\rb',
    '\\x4g',
    '\\x41\\x4',
    '"\\x4"',
    'a \\x',
    '"${1}"',
    '"${.NOPE',
    '"${X"',
    '"${X x}"',
    '"${X-x"',
    '"${X',
  ],
  ...['"${X[*] }"', '"${X[0]}"', '"${X[*}"', '\\\r', 'é "é', `${'w'.repeat(60)}"z`, `${'w'.repeat(71)}"xyz`],
  ...[`${'w'.repeat(72)}"xyz`, `${'w'.repeat(200)}"${'z'.repeat(200)}`, `\x01\x7f "${'z'.repeat(200)}`],
];

/** Each as HAProxy stops at the first directive that fails. The words above show in the message of a bad condition. */
const files = [
  ...words.map((text) => `.if foo ${text}\n.endif\n`),
  ...[
    '0',
    '.notice',
    '.notice "a b"',
    '.warning a',
    '.alert a',
    '.notice a ""',
    '.notice "" b',
    '.foo',
    '.',
    '\\x2enotice a\\x00b',
  ],
  ...[
    '.else',
    '.elif 1',
    '.endif',
    '.else x',
    '.endif x',
    '.elif x y',
    '.if 1\n.else\n.else\n.endif',
    '.if 1',
    '.if 1\n.if 1',
  ],
  ...[
    '.if 1\n.else\n.elif 1\n.endif',
    '.if 0\n.if 1\n.else\n.else\n.endif\n.endif',
    '.if 0\n.elif foo\n.endif',
    '.if " "',
  ],
  ...[
    '.if 1\n.elif foo\n.endif',
    '.if 0\n.if foo\n.foo\n.alert a\n.endif\n.endif',
    '.if "" ""',
    '.if 1 "" a',
    '.if "1 ||" 0',
  ],
  ...['.if\n.notice a\n.else\n.notice b\n.endif', '.if 1 # x\n.notice a\n.endif # y', '.if 0\n"a\n.endif\n.notice b'],
  ...[
    '.if 1\n'.repeat(99) + '.endif\n'.repeat(99),
    '.if 0\n'.repeat(100),
    '.notice a\\\n.notice b',
    '.if ( 1 && ( 1',
    '.if é 1',
  ],
  ...[59, 60, 73, 74, 75, 76, 77, 90].flatMap((length) => {
    const condition = `streq(a,${'b'.repeat(length - 18)}) && foo ${'w'.repeat(50)}`;
    return [`.if ${condition}`, `.if 0\n.elif ${condition}`];
  }),
  ...[
    '.if streq(a)',
    '.if streq()',
    '.if streq',
    '.if streq(a,b',
    '.if streq(a,b,c)',
    ".if 'streq(a,b\\'",
    '.if ( foo',
  ],
  ...['.if feature(', '.if 1 || foo x', '.if ( 1 ||', '.if 1 && 1 &&', '.if ! foo', `.if streq(é,é) x`],
  `${'w '.repeat(65)}\n.notice a`,
  `"w w" \\x41 ${'"w" '.repeat(65)}\n.notice a`,
].map((text) => `${text}\n`);

const unfinished = [
  '.notice a',
  '# é',
  ' ',
  '.if 1',
  '"a',
  '.notice a\r',
  '.notice a\0b\n',
  '\0\n# x\n',
  '.notice "a\0"\n# x\n',
];

const environmentFiles = [
  'setenv A 1|show|presetenv A 2|show|presetenv B 3|show|unsetenv A B|show|setenv C 5|resetenv C|show|resetenv|show',
  'setenv A 1 2|show|setenv A=B 3|show|"setenv" A 5 # x|show|setenv X ""|show|presetenv EMPTY a|show',
  '.if 0|setenv A 1|.endif|show|defaults|setenv A 1|show|listen l|show|global # x|setenv A 2|show|userlist u|show|backend "b"|show',
  '"" setenv A 1|show',
].map((text) =>
  `global\n${text}\n`.replaceAll('|', '\n').replaceAll('show', '.notice "[$A][$B][$C][$X][$EMPTY] $.SECTION"'),
);

test('lines give the messages of "haproxy -c"', (t) => {
  const haproxy = oracle(t);
  if (haproxy === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-haproxy-cfg-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const name = join(folder, 'a.cfg');
  // HAProxy 2.6.12 fails on "${NAME-default}" in a line longer than all before it; a long first line keeps it from that.
  const first = `# x\n.diag "${'y'.repeat(600)}"\n`;
  for (const body of [...files, ...unfinished, ...environmentFiles]) {
    const text = first + body;
    writeFileSync(name, text);
    const ran = run(haproxy.program, ['-c', '-f', name]);
    const expected = readerMessages(ran.stderr);
    const { diagnostics } = readLines([{ name, text }], haproxy.facts, { ...environment });
    const messages = diagnostics.filter(({ severity }) => severity !== 'diag').map((d) => formatDiagnostic(d, 0));
    // What we go on to report after HAProxy has stopped, and what it reports since it has stopped, is not compared.
    const stopped = expected.some((message) => message.endsWith("non-terminated '.if' block."));
    const compared = stopped ? expected.slice(0, -1) : expected;
    assert.deepEqual(messages.slice(0, compared.length), compared, JSON.stringify(body));
    if (ran.status === 2) assert.deepEqual(messages, compared, JSON.stringify(body));
    assert.equal(
      messages.some((message) => message.startsWith('[ALERT]')),
      compared.some((message) => message.startsWith('[ALERT]')) || stopped,
      JSON.stringify(body),
    );
  }
});

/** The messages about lines, without the process id; those of sections, which stand apart from their colon, are left out. */
function readerMessages(stderr: string): string[] {
  return stderr
    .split(/\n(?=\[)/)
    .map((message) => message.trimEnd().replace(/\(\d+\)/, '(0)'))
    .filter((message) => / parsing \[[^\]]*\]: /.test(message))
    .filter((message) => !/out of section|expects a name|failed on variable|negation\/default/.test(message));
}

test('addresses expand as those of "bind" lines', (t) => {
  const haproxy = oracle(t);
  if (haproxy === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-haproxy-cfg-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const name = join(folder, 'a.cfg');
  const suffixes = [
    '$X',
    '${X}z',
    '${X',
    '$',
    '$$',
    'a$',
    '${}z',
    '$1a',
    '${1}z',
    '\\$X',
    '${NOPE}x',
    '${X-b}',
    '${NOPE-b}z',
  ];
  for (const suffix of [...suffixes, '$X-x$X.y', '$X}', '${$X}', '${X$X}z', '$.LINE', '$NAME$X', '${', '${X x']) {
    writeFileSync(name, `frontend f\n bind '1:y${suffix}'\n`);
    const { stderr } = run(haproxy.program, ['-c', '-f', name]);
    // The number of a bad port is shown expanded.
    const expanded = /in port number '(.*)' in '/.exec(stderr)?.[1];
    assert.equal(expandAddress(`y${suffix}`, environment), expanded, suffix);
  }
});

/** Log variables in texts of rules: what is known by then, and what is not. */
import { ask, type Case } from './cases.ts';

/** What reads the same in two programs with servers of their own. */
const variables = [
  'b',
  's',
  'si',
  'bi',
  'ST',
  'B',
  'U',
  'HM',
  'HP',
  'HPO',
  'HQ',
  'HU',
  'HV',
  'r',
  'rc',
  'bq',
  'sq',
  'sc',
  'bc',
]
  .concat(['lc', 'ac', 'fc', 'ts', 'tsc', 'sslc', 'sslv', 'Th', 'f', 'ft', 'CC', 'hr'])
  .map((name) => ({ plain: `%${name}`, quoted: `%{+Q}${name}`, hex: `%{+Q,+X}${name}` }));
const plain = variables.map((forms) => forms.plain).join('|');
const quoted = variables.map((forms) => forms.quoted).join('|');
const hex = variables.map((forms) => forms.hex).join('|');
const requests = ['GET /a/b?c=d', 'GET /deny', 'GET /404', 'HEAD /x?y'].map((line) => ask(line));

const place = (name: string, frontend: readonly string[], backend: readonly string[] = []): Case => ({
  name: `log variables ${name}`,
  frontend,
  backend,
  requests,
});

export const logVariableCases: readonly Case[] = [
  place('in rules on requests', [`http-request set-header X-A "${plain} %TR %Tq %Tw %Tc %Tr %Td"`]),
  place('in those of a backend', ['http-request set-header X-B %r%B'], [`http-request set-header X-A "${plain}"`]),
  place('with flags', [`http-request set-header X-A '${quoted}'`, `http-response set-header X-B '${hex}'`]),
  place(
    'in rules on responses',
    [`http-response set-header X-A "${plain}"`],
    [`http-response set-header X-B "${plain}"`],
  ),
  place('in rules on any response', [
    `http-after-response set-header X-A "${plain}"`,
    'http-request deny if { path /deny }',
  ]),
  place('in answers', ['http-request return content-type text/plain lf-string "%s %r %bi" if { path /deny }']),
  place('in redirections', ['http-request redirect location "/%b/%s%HP%HQ" if { path /deny }', 'redirect prefix /%HM']),
  place('in variables', ['http-request set-var-fmt(txn.a) "%s %bi %r"', 'http-response set-header X-A %[var(txn.a)]']),
  place('in ids', ['unique-id-format "%HP%HQ %{+X}o %fi-%rc"', 'http-request set-header X-A %[unique-id]']),
  place('as the manual shows them', [
    'http-request replace-header Cookie foo=([^;]*);(.*) foo=\\1;ip=%bi;\\2',
    'http-response replace-header Set-Cookie (k=[^;]*);(.*) \\1;ip=%bi;\\2',
    'http-after-response replace-header Set-Cookie (k=[^;]*);(.*) \\1;ip=%bi;\\2',
  ]),
  ...[
    ['log-format "%ci %ST"', 'log-format-sd [exampleSDID@1234\\ uri=\\"%HP\\"\\ status=\\"%ST\\"]'],
    [
      'capture request header host len 20',
      'log-format "%ci %ST"',
      'log-format-sd %{+Q,+E}o\\ [exampleSDID@1234\\ header=%[capture.req.hdr(0)]]',
    ],
    ['log-format "hello world"', 'log-format-sd "[a@1 x=%{+Q,+E}[capture.req.uri] y=%{+E}[str(a]b)]]"'],
    ['log-format "hello world"'],
    ['log-format "a\\tb\\"c\\x41 $HOME"'],
  ].map((frontend) => place(`in the log: ${frontend.join('; ')}`, frontend)),
];

/** Writes the reference of fetches, converters and ACLs from their catalogues. */
import { derivedKeywords } from './acl-keywords.ts';
import { type Converter, type Fetch, signature } from './catalogue.ts';
import { converters } from './converters.ts';
import { fetches } from './fetches.ts';
import { defaultMatch, matchInputs, matchMethods, needsPatterns } from './match-methods.ts';
import { predefinedAcls } from './predefined-acls.ts';
import { type Need, typeNames } from './sample-types.ts';

const places: readonly (readonly [Need, string, string])[] = [
  ['nothing', 'Constants, the process and variables', 'Anywhere, and in the variables that the global section sets.'],
  ['node', 'The node and its proxies', 'Anywhere.'],
  ['client', "The client's connection", 'Anywhere.'],
  ['stream', 'What becomes of a request or connection', 'Anywhere but in rules on connections and sessions.'],
  [
    'content',
    'What the client has sent',
    'In tcp-request content rules and those that choose backend and server, mode tcp. In mode http, where messages are looked at instead, only "req.len" finds anything. Conditions of tcp-request content rules wait for it, at most "inspectDelay".',
  ],
  ['response-content', 'What the server has sent', 'In tcp-response rules, mode tcp.'],
  ['message-content', 'What the side that a rule is about has sent', 'Where one of the two above is.'],
  [
    'request',
    'The request',
    'In rules on requests; in mode tcp in those on what the client has sent, where that is HTTP.',
  ],
  ['body', 'The body of the request', 'In rules on requests, mode http, as far as it has come.'],
  ['request-kept', 'What is kept of the request', 'In rules and in the log, mode http.'],
  ['message', 'The message that a rule is about', 'In rules on requests and on responses, mode http.'],
  ['response', 'The response', 'In rules on responses, mode http.'],
  ['response-kept', 'What is kept of the response', 'In rules on responses and in the log, mode http.'],
  ['server', 'The connection to the server', 'In rules on responses and in the log.'],
];

const introduction = `# Samples

An expression is a fetch, which takes a sample of the request, the connection or the node, and converters after commas, which
make something of it: \`req.hdr(host),lower,field(1,:)\`. Expressions are compared by ACLs, and stand in texts as \`%[...]\`.
Names, arguments, types and results are HAProxy's (configuration manual 2.6, chapter 7). This page is written by
\`node openapi/generate-samples.ts\` from the catalogues in \`shared/language\`.

A sample has a type, and becomes another where one is asked for: numbers become texts, texts that begin with digits
numbers, texts that are addresses addresses. What cannot become that is no sample: an ACL does not match, a text gets
nothing. Arguments stand in single or double quotes where they have commas, parentheses or spaces in them.
`;

const matching = `## Comparing

An ACL is a criterion, flags and patterns: \`path_beg -i /static /images\`. The criterion is an expression, or a name that
also says how to compare (\`path_beg\` is \`path -m beg\`). \`-i\` ignores case, \`-m METHOD\` says how to compare, \`--\` ends the
flags. \`-f NAME\` adds the patterns of an ACL file and behind \`-M\` the keys of a map; \`-i\` and \`-m\` stand before it. It matches when one of its patterns does, and of a fetch with several values when one of these does.
`;

const regexes = `Regular expressions are those of [RE2](https://github.com/google/re2/wiki/Syntax): they take time that grows with the text
alone, whatever the pattern. What only backtracking can match (looking ahead or behind, references back to groups,
possessive quantifiers) is refused when the configuration is written.
`;

/** The whole page, as Markdown. */
export function writeSamplesReference(): string {
  return [
    introduction,
    '## Fetches\n',
    ...places.flatMap(([need, title, where]) => [`### ${title}\n`, `${where}\n`, fetchTable(need)]),
    '## Converters\n',
    table(['converter', 'from', 'to', 'what it makes'], [...converters.values()].map(converterRow)),
    matching,
    table(['method', 'compares', 'patterns', 'used by itself for'], matchMethods.map(matchRow)),
    regexes,
    '### Predefined ACLs\n',
    table(
      ['name', 'the same as'],
      [...predefinedAcls].map(([name, { sample, match, values }]) => {
        const how = match === defaultMatch(sample.type) ? '' : ` -m ${match}`;
        const args = sample.arguments.filter((text) => text !== undefined);
        const call = args.length === 0 ? sample.fetch.name : `${sample.fetch.name}(${args.join(',')})`;
        return [code(name), code([call + how, ...values].join(' '))];
      }),
    ),
  ].join('\n');
}

function fetchTable(need: Need): string {
  const rows = [...fetches.values()].filter(({ needs }) => needs === need);
  return table(['fetch', 'type', 'what it is'], rows.map(fetchRow));
}

function fetchRow(fetch: Fetch): string[] {
  const derived = derivedKeywords(fetch).map(code).join(' ');
  const text = fetch.alias === undefined ? fetch.description : `The same as ${code(fetch.alias)}.`;
  const description = text + sinceText(fetch.since);
  return [
    code(signature(fetch)),
    typeNames[fetch.type],
    derived === '' ? description : `${description} In ACLs ${derived}.`,
  ];
}

/** HAProxy 2.6 is the reference; what came later is marked. */
const sinceText = (since: string | undefined) => (since === undefined ? '' : ` HAProxy has it since ${since}.`);

function converterRow(converter: Converter): string[] {
  const { input, output, description, since } = converter;
  return [
    code(signature(converter)),
    typeNames[input],
    output === 'same' ? 'the same' : typeNames[output],
    description + sinceText(since),
  ];
}

function matchRow(match: (typeof matchMethods)[number]): string[] {
  const types = (['bool', 'sint', 'addr', 'str'] as const).filter((type) => defaultMatch(type) === match);
  return [
    code(match),
    meanings[match],
    needsPatterns(match) ? typeNames[matchInputs[match]] : 'none',
    types.map((type) => typeNames[type]).join(', '),
  ];
}

const meanings: Readonly<Record<(typeof matchMethods)[number], string>> = {
  found: 'whether there is a sample at all',
  bool: 'whether it is true, or a number other than 0',
  int: 'numbers: `5`, `80:90`, `:90`, and after an operator `eq`, `ge`, `gt`, `le` or `lt`',
  ip: 'addresses and networks: `10.0.0.0/8`, `2001:db8::/32`, `127.1`',
  bin: 'bytes in hexadecimal',
  len: 'its length, as `int` does',
  str: 'the whole text',
  beg: 'the beginning',
  sub: 'any part',
  dir: 'what stands between "/" and "?"',
  dom: 'what stands between ".", "/", ":" and "?"',
  end: 'the end',
  reg: 'regular expressions',
};

const code = (text: string) => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

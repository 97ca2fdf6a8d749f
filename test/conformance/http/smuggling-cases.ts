/** Requests that must be refused, or understood alike by proxy and server: cases from the rules of RFC 9110 and RFC 9112. */

/** What follows a head that may be misread: were it taken for a request, the server would see /hidden. */
const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';

const post = (lines: string, body = hidden, version = '1.1') =>
  `POST /front HTTP/${version}\r\nHost: a\r\n${lines}\r\n${body}`;

/** Each value stands in a request of its own. */
const contentLengths = [
  ...[
    '',
    '+3',
    '-3',
    '0x3',
    '3,3',
    '3, 3',
    '3 3',
    '3;3',
    '"3"',
    '3.0',
    '3e0',
    '³',
    '\x0b3',
    '3\x0c',
    '9999999999999999',
    '1'.repeat(40),
  ],
  ...['null', 'chunked', '3\r\nContent-Length: 3', '3\r\nContent-Length: 4', '0\r\ncontent-length: 40', '\t'],
];

const transferCodings = [
  ...[
    '',
    'gzip',
    'identity',
    'chunked, chunked',
    'gzip, chunked',
    'chunked, gzip',
    'chunked, identity',
    'x-chunked',
    'chunked;a=b',
  ],
  ...[
    '"chunked"',
    "'chunked'",
    'chunke',
    'chunkedd',
    'chunk ed',
    '\x0bchunked',
    'chunked\x0b',
    ',chunked',
    'chunked,',
    ', chunked',
    '[chunked]',
  ],
  ...[
    'chunked\r\nTransfer-Encoding: chunked',
    'chunked\r\nTransfer-Encoding: identity',
    'identity\r\nTransfer-Encoding: chunked',
  ],
  ...[
    'chunked\r\nContent-Length: 3',
    'chunked\r\ncontent-length: 0',
    '\r\n chunked',
    '\r\n\tchunked',
    '\0chunked',
    'chunked\x7f',
    'chünked',
  ],
];

const requestLines = [
  ...[
    'GET  / HTTP/1.1',
    'GET /  HTTP/1.1',
    ' GET / HTTP/1.1',
    'GET / HTTP/1.1 ',
    'GET\t/ HTTP/1.1',
    'GET / HTTP/1.1\r',
    'GET /',
    'GET',
  ],
  ...[
    'GET / HTTP/1',
    'GET / HTTP/1.',
    'GET / HTTP/1.11',
    'GET / HTTP/01.1',
    'GET / HTTP/2.0',
    'GET / http/1.1',
    'GET / HTTPS/1.1',
    'GET / HTTP 1.1',
  ],
  ...[
    'GET /a b HTTP/1.1',
    'GET /\0 HTTP/1.1',
    'GET /\x7f HTTP/1.1',
    'GET /\xff HTTP/1.1',
    'G\xc9T / HTTP/1.1',
    'GET, / HTTP/1.1',
    'GE(T / HTTP/1.1',
  ],
  ...[
    'GET hidden HTTP/1.1',
    'GET ../x HTTP/1.1',
    'GET * HTTP/1.1',
    'GET http:// HTTP/1.1',
    'GET http:///x HTTP/1.1',
    'GET http://b/ HTTP/1.1',
  ],
  ...['GET http://a@b/ HTTP/1.1', 'GET file:///x HTTP/1.1', 'GET //a HTTP/0.9', 'PRI * HTTP/2.0'],
];

const fieldLines = [
  ...[
    'X : y',
    'X\t: y',
    ' X: y',
    '\tX: y',
    'X y',
    ': y',
    'X(: y',
    'X\0: y',
    'X: y\0',
    'X: y\rz',
    'X: y\nz',
    'X: y\n',
    'X: \x01',
    'X: \x7f',
  ],
  ...[
    'X: y\r\n folded',
    'X: y\r\n\tfolded',
    'Content-Length : 3',
    'Transfer-Encoding : chunked',
    'Content-Length\0: 3',
    'X"Y": z',
    'X: y\r',
    '\xa0X: y',
  ],
  ...['Host: b', 'Host: a', 'host:', 'HOST: a:80'],
];

const hosts = [
  'a b',
  'a/b',
  'a?b',
  'a#b',
  'u@a',
  'a:x',
  'a:123456',
  '[::1',
  '::1]',
  'a\\b',
  'a,b c',
  'ä',
  '<a>',
  '"a"',
];

/** Raw bytes by name; the proxy answers 400 (or as told) and the server behind it sees no request at all. */
export const refused: Readonly<Record<string, string>> = Object.fromEntries([
  ...contentLengths.map((value) => [`Content-Length: ${JSON.stringify(value)}`, post(`Content-Length: ${value}\r\n`)]),
  ...transferCodings.map((value) => [
    `Transfer-Encoding: ${JSON.stringify(value)}`,
    post(`Transfer-Encoding: ${value}\r\n`),
  ]),
  [
    'Content-Length, then Transfer-Encoding',
    post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden}`),
  ],
  ['Transfer-Encoding of HTTP/1.0', post('Transfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden}`, '1.0')],
  ...requestLines.map((line) => [`request line ${JSON.stringify(line)}`, `${line}\r\nHost: a\r\n\r\n${hidden}`]),
  ...fieldLines.map((line) => [
    `field line ${JSON.stringify(line)}`,
    `GET /front HTTP/1.1\r\nHost: a\r\n${line}\r\n\r\n${hidden}`,
  ]),
  ...hosts.map((host) => [`Host: ${JSON.stringify(host)}`, `GET /front HTTP/1.1\r\nHost: ${host}\r\n\r\n${hidden}`]),
  ['no Host', `GET /front HTTP/1.1\r\n\r\n${hidden}`],
  ['lines that end in LF alone', 'GET /front HTTP/1.1\nHost: a\n\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'],
]) as Record<string, string>;

/** Chunked bodies that are wrong from some point on; nothing after that point may reach the server. */
export const badChunks: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      '-1\r\n',
      '+1\r\n',
      '0x1\r\n',
      'g\r\n',
      '\r\n',
      ' 1\r\n',
      '1_0\r\n',
      '1\n',
      '1\r',
      '1\r\r\n',
      'ffffffffffffffff\r\n',
      '1,1\r\n',
      '"1"\r\n',
    ],
    ...[
      '1;a\nb\r\n',
      '1;a\rb\r\n',
      '1;\0\r\n',
      '3\r\nabcd\r\n',
      '3\r\nabc\n',
      '3\r\nabc\r',
      '3\r\nabcx\r\n',
      '0\r\nX: y\n\r\n',
      '0\r\n X: y\r\n\r\n',
      '0\r\nno colon\r\n\r\n',
    ],
  ].map((chunks) => [JSON.stringify(chunks), chunks]),
);

/** Bytes by name, and the requests that the server must have understood: method, target and body of each. */
export const forwarded: Readonly<Record<string, [bytes: string, requests: readonly string[]]>> = {
  'a body that looks like a request': [post(`Content-Length: ${hidden.length}\r\n`), [`POST /front ${hidden}`]],
  'a body of GET that looks like a request': [
    `GET /front HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    [`GET /front ${hidden}`],
  ],
  'a chunk that looks like a request': [
    post('Transfer-Encoding: chunked\r\n', `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`),
    [`POST /front ${hidden}`],
  ],
  'two requests, one after the other': [
    post('Content-Length: 2\r\n', `hi${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'Content-Length with leading zeros': [
    post('Content-Length: 002\r\n', `hi${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'chunked in capitals with blanks around': [
    post('Transfer-Encoding: \t CHUNKED \r\n', `2\r\nhi\r\n0\r\n\r\n${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'extensions with quoted strings': [
    post('Transfer-Encoding: chunked\r\n', `2;a="b;c";d\r\nhi\r\n0;e\r\n\r\n${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'trailers that frame another message': [
    post('Transfer-Encoding: chunked\r\n', `2\r\nhi\r\n0\r\nContent-Length: 99\r\nHost: b\r\n\r\n${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'Connection that names framing fields': [
    post('Connection: content-length, host\r\nContent-Length: 2\r\n', `hi${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'Connection that names the transfer coding': [
    post('Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n', `2\r\nhi\r\n0\r\n\r\n${hidden}`),
    ['POST /front hi', 'GET /hidden '],
  ],
  'an upgrade to h2c that Connection does not name': [
    `GET /front HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n${hidden}`,
    ['GET /front ', 'GET /hidden '],
  ],
  'an empty line before a request': [
    `\r\nGET /front HTTP/1.1\r\nHost: a\r\n\r\n${hidden}`,
    ['GET /front ', 'GET /hidden '],
  ],
  'fields whose names only resemble framing fields': [
    `GET /front HTTP/1.1\r\nHost: a\r\nContent_Length: 40\r\nX-Transfer-Encoding: chunked\r\n\r\n${hidden}`,
    ['GET /front ', 'GET /hidden '],
  ],
  'an absolute target that agrees with Host': [
    `GET http://A/front HTTP/1.1\r\nHost: a\r\n\r\n${hidden}`,
    ['GET /front ', 'GET /hidden '],
  ],
};

/** Answers of a server whose bounds are doubtful: the client gets 502 or is cut off, and never sees /planted as an answer. */
export const badAnswers: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      'Content-Length: 1\r\nContent-Length: 2\r\n',
      'Content-Length: 1, 1\r\n',
      'Content-Length: +1\r\n',
      'Content-Length: x\r\n',
    ],
    ...[
      'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n',
      'Transfer-Encoding: gzip\r\n',
      'Transfer-Encoding: chunked, gzip\r\n',
    ],
    ...[
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
      'Bad Name: x\r\n',
      'X: y\r\n folded\r\n',
      'X: y\nz\r\n',
      'X: \0\r\n',
    ],
  ].map((lines) => [JSON.stringify(lines), `HTTP/1.1 200 OK\r\n${lines}\r\n`]),
);

/** The words that generated configurations, requests and answers are made of: few, so that they often meet. */

export const requestFields = ['X-A', 'x-b', 'X-List', 'X-Num', 'X-Ip', 'X-Empty', 'User-Agent', 'Accept-Language'];
export const responseFields = ['X-A', 'x-r', 'X-List', 'X-Num', 'Server', 'Cache-Control', 'ETag'];
export const cookieNames = ['a', 'sid', 'SRV', 'e'];
export const parameterNames = ['a', 'b', 'id', 'e'];

export const fieldValues = [
  ...['a', 'b', 'one', 'One', 'one, two', 'one,two ,three', '"q,uo", x', '"un', 'a=1;b=2', '', ',', ', ,a', 'a b  c'],
  ...['1', '-5', '12, 30', '0x10', '7abc', '10.1.2.3', '10.1.2.3, ::1', '[::1]:80', '127.0.0.1:99', 'bad, 1.2.3.4'],
  ...['de;q=0.5, en;q=0.9, fr', '{"a":1,"b":"x","c":{"d":true}}', 'abc%20d+e', 'YWJj', '\xe9t\xe9', 'v=\\"x\\"'],
  ...['www.Example.com', 'no-store, max-age=5', 'W/"x1"', 'x'.repeat(70), '/p/a', 'bWFya28=', 'a.b.c'],
];

export const hosts = ['www.Example.com', 'example.org:8080', 'h', '10.1.1.1', '[::1]:81', 'a.b.c.example.net'];

export const paths = [
  ...['/', '/p', '/p/a', '/p/a.html', '/P/A', '/api/v1/users/12', '/api', '/a//b/', '/x;y=1', '/%41%20b', '/img/l.png'],
  ...['/p/../a', '/login', '/-', '/a,b', "/it's", '/12', '/b'],
];

export const queries = [
  '',
  '?',
  '?a=1',
  '?a=1&b=2',
  '?b=x%20y+z&id=7',
  '?e=&a',
  '?id=12&id=13',
  '?a=1;b=2',
  '?x?y',
  '?a=%zz',
];

export const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PURGE'];

export const plainWords = ['a', 'b', 'one', 'x-y', '1', '12', 'A', 'www', 'de', 'p', '0'];

export const delimiters = [',', ';', '/', '.', '=', '-', ' ', '/?', ', '];

/** Texts that other than plain words may be compared with or put in. */
export const texts = [
  ...plainWords,
  'two words',
  'q"uote',
  "it's",
  'back\\slash',
  'per%cent',
  'a,b',
  '(x)',
  '{y}',
  '\u00e9',
];

export const addresses = ['10.1.2.3', '127.0.0.1', '1.2.3.4', '::1', '10.0.0.0'];
export const networks = [
  '127.0.0.1',
  '127.0.0.0/8',
  '10.0.0.0/8',
  '10.1.2.3',
  '::1',
  '::ffff:127.0.0.1',
  '2001:db8::/32',
  '0.0.0.0/0',
];

export const regexes = [
  ...['^/p', 'a', '(.*)', '^(.)(.*)$', '([a-z]+)=([0-9]*)', '/([^/]*)/(.*)', '^/api/v([0-9]+)', '[0-9]+', 'x|y', ''],
  ...['^$', '\\.html$', '(?i)ONE', 'o.e', 'b*', '^[^,]*', '\\d{2}', '(a)|(b)', '\\s', '[[:alpha:]]+'],
];

export const replacements = [
  '\\1',
  '<\\0>',
  'x',
  '',
  '\\2-\\1',
  '/new\\1',
  '\\\\',
  '/\\3',
  '%[src]',
  'a\\x2cb',
  '\\',
  'a\\',
];

export const statuses = [200, 200, 200, 201, 204, 206, 301, 302, 304, 404, 500, 503];

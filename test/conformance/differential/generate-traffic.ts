/** Requests in all forms that HTTP allows, and answers of servers. */
import type { Dice } from './dice.ts';
import type { Answer, Exchange } from './site.ts';
import {
  cookieNames,
  fieldValues,
  hosts,
  methods,
  parameterNames,
  paths,
  queries,
  requestFields,
  responseFields,
  statuses,
} from './words.ts';

function target(dice: Dice, method: string): string {
  if (method === 'OPTIONS' && dice.once(3)) return '*';
  const path = dice.pick(paths);
  const query = dice.once(6)
    ? `?${dice.pick(parameterNames)}=${dice.pick(['/p/a', '1', 'q%22', "it's"])}`
    : dice.pick(queries);
  const scheme = dice.pick(['http', 'http', 'http', 'HTTP', 'https', 'https']);
  return dice.once(10) ? `${scheme}://${dice.pick(hosts)}${path}${query}` : path + query;
}

function cookies(dice: Dice): string[] {
  const pair = () => `${dice.pick(cookieNames)}=${dice.pick(['1', 'abc', '', '"x y"', 'v=w', '12'])}`;
  return dice.list(
    0,
    dice.pick([0, 1, 2]),
    () => `Cookie: ${dice.list(1, 3, pair).join(dice.pick(['; ', ';', ' ; ', '; ;']))}`,
  );
}

function some(dice: Dice, names: readonly string[]): string[] {
  return dice.list(
    0,
    5,
    () => `${fieldName(dice, names)}:${dice.pick([' ', '', '  ', '\t'])}${fieldValue(dice)}${dice.pick(['', '', ' '])}`,
  );
}

/** Now and then in letters of another size. */
function fieldName(dice: Dice, names: readonly string[]): string {
  const name = dice.pick(names);
  return dice.once(8) ? dice.pick([name.toLowerCase(), name.toUpperCase()]) : name;
}

function fieldValue(dice: Dice): string {
  if (dice.once(60)) return dice.list(1, 40, () => dice.pick(fieldValues)).join(dice.pick([', ', ',', '; ']));
  return dice.pick(fieldValues);
}

/** In two chunks, now and then with extensions and with fields behind them. */
function chunked(dice: Dice, body: string): string {
  const half = body.length >> 1;
  const size = (length: number) =>
    dice.once(6) ? `${dice.pick(['0', '00'])}${length.toString(16).toUpperCase()}` : length.toString(16);
  const extension = () => (dice.once(6) ? dice.pick([';x', ';x=1', '; a="b"']) : '');
  const chunk = (part: string) => (part === '' ? '' : `${size(part.length)}${extension()}\r\n${part}\r\n`);
  const trailers = dice.once(5)
    ? dice.list(1, 2, () => `${dice.pick(['X-Sum', 'X-T'])}: ${dice.pick(['1', 'a b', ''])}\r\n`)
    : [];
  return `${chunk(body.slice(0, half))}${chunk(body.slice(half))}0\r\n${trailers.join('')}\r\n`;
}

/** Those of joe, of ann, of joe with a wrong password, and others. */
const credentials = [
  'Basic am9lOnNlY3JldA==',
  'Basic YW5uOndvcmQ=',
  'Basic am9lOndyb25n',
  'basic am9lOnNlY3JldA==',
  'Bearer abc.def',
  'x',
];

/** What clients send and no rule is about. */
const usual = [
  ...['Range: bytes=0-1', 'If-None-Match: "x1"', 'Accept-Encoding: gzip, br', 'TE: trailers', 'Max-Forwards: 3'],
  ...[
    'X-Forwarded-For: 192.0.2.1',
    'X-Forwarded-For: a, b',
    'Via: 1.0 x',
    'Forwarded: for=1.2.3.4',
    'X_Y: 1',
    'x.y: 2',
  ],
  ...[
    'Cache-Control: no-cache',
    'Referer: http://h/?a',
    'Content-Type: text/plain; charset="a"',
    'Pragma: x',
    'Date: now',
  ],
];

/** One request and what is answered. */
export function exchange(dice: Dice): Exchange {
  const method = dice.pick(methods);
  const where = target(dice, method);
  const old = dice.once(10);
  const fields = [...some(dice, requestFields), ...cookies(dice)];
  const authority = /^[a-z]+:\/\/([^/?]*)/i.exec(where)?.[1];
  if (!old || authority !== undefined || dice.once(2))
    fields.splice(dice.between(0, fields.length), 0, `Host: ${authority ?? dice.pick(hosts)}`);
  if (dice.once(6)) fields.push(`Authorization: ${dice.pick(credentials)}`);
  if (dice.once(6)) fields.push(dice.pick(usual));
  if (dice.once(8)) fields.push(`Connection: ${dice.pick(['close', 'keep-alive', 'Close', 'keep-alive, x'])}`);
  let body = '';
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') {
    body = dice.pick(['', 'a=1&b=2', 'hello', '{"a":1}', 'z'.repeat(300)]);
    if (!old && dice.once(4)) {
      fields.push('Transfer-Encoding: chunked');
      body = chunked(dice, body);
    } else fields.push(`Content-Length: ${body.length}`);
  }
  return { line: `${method} ${where} HTTP/1.${old ? 0 : 1}`, fields, body, answer: answer(dice) };
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  304: 'Not Modified',
  404: 'Not Found',
  204: 'No Content',
};

function answer(dice: Dice): Answer {
  const status = dice.pick(statuses);
  const fields = some(dice, responseFields);
  for (let more = dice.pick([0, 0, 1, 2]); more > 0; more--) {
    const attributes = dice.pick(['', '; Path=/', '; Path=/; Secure; HttpOnly', ' ; Max-Age=5']);
    fields.push(`Set-Cookie: ${dice.pick(cookieNames)}=${dice.pick(['1', 'abc', '', '"q"', 'x=y'])}${attributes}`);
  }
  if (status >= 300 && status < 400 && status !== 304) fields.push(`Location: ${dice.pick(['/x', 'http://h/y?z'])}`);
  const isBodiless = status === 204 || status === 304;
  // With another status HAProxy passes one of HTTP/1.0 on without an end.
  const version = dice.once(12) && !isBodiless ? '1.0' : '1.1';
  const line = `HTTP/${version} ${status} ${dice.once(10) ? dice.pick(['', 'Fine', 'Very much so']) : (reasons[status] ?? 'Status')}`;
  if (isBodiless) return { line, fields, body: '', closes: dice.once(12) };
  const body = dice.pick(['', 'ok', 'answer', 'y'.repeat(200)]);
  if (version === '1.0' || dice.once(8)) return { line, fields, body, closes: true };
  if (dice.once(3))
    return { line, fields: [...fields, 'Transfer-Encoding: chunked'], body: chunked(dice, body), closes: false };
  return { line, fields: [...fields, `Content-Length: ${body.length}`], body, closes: false };
}

/** Rules that look at the bodies of responses, and what servers answer to them. */

/**
 * What a server does with a request, step by step: bytes to send, in a turn of their own; "told": to wait until the client has
 * been told something; "end": to end its side; "reset".
 */
export type Script = readonly (string | { readonly act: 'told' | 'end' | 'reset' })[];

const told = { act: 'told' } as const;
const end = { act: 'end' } as const;
const reset = { act: 'reset' } as const;

const ok = (fields: string) => `HTTP/1.1 200 OK\r\n${fields}\r\n`;
const sized = (length: number) => ok(`Content-Length: ${length}\r\n`);
const chunked = ok('Transfer-Encoding: chunked\r\n');

/** By the path of the request. */
export const scripts: Readonly<Record<string, Script>> = {
  whole: [`${sized(5)}hello`],
  parts: [sized(5), 'he', 'llo'],
  empty: [sized(0)],
  none: ['HTTP/1.1 204 No Content\r\n\r\n'],
  unchanged: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n'],
  silent: [`${sized(50)}he`],
  headonly: [sized(50)],
  enough: [`${sized(20)}hello `, 'hello', told, 'xxxxxxxxx'],
  large: [`${sized(100_000)}${'x'.repeat(100_000)}`],
  full: [`${sized(100_000)}${'x'.repeat(20_000)}`, told, 'x'.repeat(80_000)],
  nearly: [`${sized(16_000)}${'x'.repeat(15_000)}`],
  cut: [`${sized(50)}hello`, end],
  broken: [`${sized(50)}hello`, reset],
  close: [`${ok('')}hello`, ' world', end],
  closeless: [`${ok('')}hello`],
  chunks: [`${chunked}5\r\nhello\r\n`, '6\r\n world\r\n', '0\r\n\r\n'],
  lastless: [`${chunked}5\r\nhello\r\n`],
  badchunk: [`${chunked}5\r\nhello\r\n`, 'zz\r\n'],
  cutchunk: [`${chunked}5\r\nhello\r\n`, end],
  evil: [`${sized(9)}this `, 'evil'],
};

export interface Case {
  readonly name: string;
  readonly frontend?: readonly string[];
  readonly backend?: readonly string[];
  /** Names of scripts; a path of "HEAD name" is asked for by that method. */
  readonly asks: readonly string[];
}

/** How long (ms) rules wait. */
export const delay = 1_000;

const wait = `http-response wait-for-body time ${delay}ms`;
const tell = 'http-response set-header X-Body "%[res.body_len] of %[res.body_size], %[res.body,length]"';
const inspect = `tcp-response inspect-delay ${delay}ms`;
const all = Object.keys(scripts);
const sizes = /^(?:large|full)$/;
const whole = all.filter((name) => !sizes.test(name));

export const cases: readonly Case[] = [
  { name: 'a wait of the backend', backend: [wait, tell], asks: [...whole, 'HEAD headonly'] },
  { name: 'a wait of the frontend', frontend: [wait, tell], asks: ['parts', 'silent', 'chunks', 'cut', 'evil'] },
  {
    name: 'a full buffer',
    backend: [wait, 'http-response set-header X-Full yes if { res.body_len gt 15000 } { res.body_size 100000 }'],
    asks: ['large', 'full'],
  },
  {
    name: 'a wait for some of it',
    backend: [`${wait} at-least 11`, 'http-response set-header X-Body "%[res.body_len] of %[res.body_size]"'],
    asks: ['parts', 'enough', 'silent', 'chunks', 'close', 'cut'],
  },
  {
    name: 'what is not waited for',
    backend: [`${wait} if { status 204 }`, 'http-response set-header X-Size "%[res.body_size]"'],
    asks: ['parts', 'none', 'cut', 'HEAD headonly'],
  },
  {
    name: 'a body that decides',
    backend: [wait, 'http-response deny deny_status 403 if { res.body -m sub evil }'],
    frontend: ['http-response set-header X-Greeting yes if { res.body -m beg hell }'],
    asks: ['whole', 'parts', 'evil', 'close', 'chunks'],
  },
  {
    name: 'two waits',
    backend: [`${wait} at-least 2`, 'http-response set-header X-First yes if { res.body -m beg he }', wait],
    frontend: [wait, tell],
    asks: ['parts', 'silent', 'chunks'],
  },
  {
    name: 'the silence of the server',
    backend: ['timeout server 500ms', 'http-response wait-for-body time 8s', tell],
    asks: ['parts', 'silent', 'lastless'],
  },
  {
    name: 'rules on contents wait',
    backend: [inspect, 'tcp-response content reject if { res.body -m sub evil }'],
    asks: ['parts', 'evil', 'chunks', 'cut', 'close', 'none'],
  },
  {
    name: 'rules on contents that know at once',
    backend: [
      inspect,
      'tcp-response content reject if { res.body_size 50 }',
      tell.replaceAll('res.body_len', 'status'),
    ],
    asks: ['whole', 'silent', 'none'],
  },
  {
    name: 'rules on contents at the end of their time',
    backend: [inspect, 'tcp-response content reject if WAIT_END { res.body_len 2 }'],
    asks: ['silent', 'parts', 'none', 'HEAD headonly'],
  },
  {
    name: 'answers of our own',
    backend: [wait, 'http-response return status 200 content-type text/plain string own if { res.body -m end llo }'],
    frontend: ['http-after-response set-header X-Body "%[res.body_len] of %[res.body_size], %[res.body]"'],
    asks: ['whole', 'parts', 'evil', 'none'],
  },
];

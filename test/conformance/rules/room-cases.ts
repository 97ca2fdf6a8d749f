/** Edits of messages that a buffer has no room for: they fail, and with strict-mode the message does. */
import { ask, type Case } from './cases.ts';

const filled = (length: number, path = '/') => ask(`GET ${path}`, `X-Fill: ${'a'.repeat(length)}\r\n`);

/** Around lengths at which there is room for one of the edits, or for none. */
const lengths = [7_000, 8_000, 10_000, 13_900, 14_000, 15_000];
const requests = lengths.flatMap((length) => [filled(length), filled(length, '/lenient')]);

const big = `str(${'b'.repeat(900)})`;
const lenient = (set: string, condition: string) => `${set} strict-mode off if ${condition}`;
const log = 'log-format "%ST %ts %[var(txn.left)]"';
const cases: Readonly<Record<string, Omit<Case, 'name' | 'requests'>>> = {
  'fields added to requests': {
    frontend: [
      lenient('http-request', '{ path /lenient }'),
      `http-request set-var(txn.b) ${big}`,
      ...['x1', 'x2', 'x3', 'x4'].map((name) => `http-request add-header ${name} %[var(txn.b)]`),
      'http-request set-var(txn.left) req.hdr_cnt(x4)',
      'http-request del-header x-fill',
      log,
    ],
  },
  'fields of requests that are set, replaced and removed': {
    frontend: [
      lenient('http-request', '{ path /lenient }'),
      'http-request replace-header x-fill (.*) \\1\\1',
      'http-request set-header x-fill z%[req.hdr(x-fill)]%[req.hdr(x-fill)] if { path /lenient }',
      'http-request set-var(txn.left) req.hdr(x-fill),length',
      'http-request del-header x-fill',
      'http-request add-header x-again yes',
      log,
    ],
  },
  'paths of requests': {
    frontend: [
      lenient('http-request', '{ path /lenient }'),
      'http-request set-query %[req.hdr(x-fill)]',
      'http-request set-var(txn.left) query,length',
      'http-request set-query short',
      'http-request del-header x-fill',
      log,
    ],
  },
  'fields added to responses': {
    frontend: ['http-request set-var(txn.a) req.hdr(x-fill)', 'http-request del-header x-fill', log],
    backend: [
      lenient('http-response', '{ var(txn.a),length ge 14000 }'),
      'http-response add-header x1 %[var(txn.a)]',
      'http-response add-header x2 %[var(txn.a)]',
      'http-response set-var(txn.left) res.hdr_cnt(x2)',
    ],
  },
  'fields added to all responses': {
    frontend: [
      'http-request set-var(txn.a) req.hdr(x-fill)',
      'http-request del-header x-fill',
      'http-request return status 200 if { path /lenient }',
      'http-after-response add-header x1 %[var(txn.a)]',
      'http-after-response add-header x2 %[var(txn.a)]',
      log,
    ],
  },
};

export const roomCases: readonly Case[] = Object.entries(cases).map(([name, lines]) => ({ name, requests, ...lines }));

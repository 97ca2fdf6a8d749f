/** What rules see of the fields that are about one connection: Connection without "close" and "keep-alive". */
import type { Case } from './cases.ts';

const ask = (fields: string) => `GET /a HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
/** Answered without a server, which Sluice would ask by HTTP/1.1. */
const own = (fields: string, version: string) => `GET /own HTTP/${version}\r\nHost: a\r\n${fields}\r\n`;

const requests = [
  ask('Connection: close\r\n'),
  ask('connection: Close\r\nX-A: b\r\n'),
  ask('Connection: keep-alive, close\r\nKeep-Alive: timeout=5\r\n'),
  ask('Connection: x-none, close\r\n'),
  ask('Connection: close, x-none\r\n'),
  ask('Connection: x-none ,  close,\tx-more , keep-alive, x-last \r\n'),
  ask('Connection: close\r\nConnection: x-none\r\n'),
  ask('Connection: x-none\r\nConnection: keep-alive\r\nConnection: close\r\n'),
  ask('Connection: , ,a,,close\r\n'),
  ask('Connection: close,, ,a,\r\n'),
  ask('Connection:\r\nConnection: close\r\n'),
  ask('Connection: "close", close\r\n'),
  ask('Connection: closed, close\r\n'),
  ask('Connection: close, connection\r\n'),
  ask('Connection: close, upgrade\r\nUpgrade: other\r\n'),
  ask('Connection: close\r\nUpgrade: other\r\n'),
  ask('Connection: TE, close\r\nTE: trailers, gzip\r\n'),
  ask('TE: trailers\r\nConnection: close\r\n'),
  ask('Proxy-Connection: keep-alive\r\nConnection: close\r\n'),
  own('', '1.0'),
  own('Connection: x-none\r\n', '1.0'),
  own('Connection: close\r\n', '1.1'),
  ask('Connection: close\r\nX-Answer: Connection: close\r\n'),
  ask('Connection: close\r\nX-Answer: Connection: keep-alive, x-none|Keep-Alive: timeout=3\r\n'),
  ask('Connection: close\r\nX-Answer: Connection: x-none|Connection: keep-alive|Proxy-Connection: close\r\n'),
  ask('Connection: close\r\nX-Answer: Upgrade: other|Connection: upgrade, close\r\n'),
].concat('POST /own HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n');

const show = (prefix: string, side: 'req' | 'res') => [
  `${prefix} set-var(txn.${side}_names) ${side}.hdr_names`,
  `${prefix} set-var(txn.${side}_all) ${side}.hdrs,hex`,
  `${prefix} set-var(txn.${side}_bin) ${side}.hdrs_bin,hex`,
  `${prefix} set-var(txn.${side}_field) ${side}.fhdr(connection)`,
  `${prefix} set-var(txn.${side}_count) ${side}.hdr_cnt(connection)`,
  `${prefix} set-var(txn.${side}_is) int(1) if { ${side}.hdr(connection) -i close keep-alive }`,
];

export const connectionCases: readonly Case[] = [
  {
    name: 'fields of the connection',
    frontend: [
      'capture request header Connection len 40',
      ...show('http-request', 'req'),
      ...show('http-response', 'res'),
      'http-request return status 200 if { path /own }',
      'http-after-response set-var(txn.names) res.hdr_names',
      ...['req', 'res'].flatMap((side) =>
        ['names', 'all', 'bin', 'field', 'count', 'is'].map(
          (what) => `http-after-response set-header ${side}-${what} "<%[var(txn.${side}_${what})]>"`,
        ),
      ),
      'http-after-response set-header captured "<%[capture.req.hdr(0)]>"',
      'http-after-response set-header names "%[var(txn.names)]"',
    ],
    requests,
  },
];

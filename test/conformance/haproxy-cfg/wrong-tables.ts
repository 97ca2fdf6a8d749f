/** Wrong lines about stick tables, each with the name of what is wrong with it. */

const head = `defaults
 mode http
 timeout client 1s
 timeout server 1s
 timeout connect 1s
frontend f
 bind 127.0.0.1:1
 stick-table type ip size 100 store conn_cnt
 default_backend b
`;

/** What follows the name of a table's type and size. */
const tables: Readonly<Record<string, string>> = {
  'an unknown type': 'type foo size 10',
  'no type': 'size 10',
  'no size': 'type ip',
  'a size of none': 'type ip size 0',
  'a size in an unknown unit': 'type ip size 10x',
  'a size that is missing': 'type ip size',
  'a type that is missing': 'type',
  'no words': '',
  'a length for addresses': 'type ip len 20 size 10',
  'a length that is no number': 'type string len size 10',
  'an expire in an unknown unit': 'type ip size 10 expire 10x',
  'an expire that is too long': 'type ip size 10 expire 100000000000',
  'an expire that is missing': 'type ip size 10 expire',
  'an unknown word': 'type ip size 10 foo',
  'peers that are missing': 'type ip size 10 peers',
  'an unknown srvkey': 'type ip size 10 srvkey foo',
  'unknown data': 'type ip size 10 store foo',
  'a rate without a period': 'type ip size 10 store http_req_rate',
  'a rate with a bad period': 'type ip size 10 store http_req_rate(abc)',
  'an array that is empty': 'type ip size 10 store gpc(0)',
  'an array that is too long': 'type ip size 10 store gpc(101)',
  'an array of rates without a period': 'type ip size 10 store gpc_rate(3)',
  'an argument too many': 'type ip size 10 store conn_cur(3)',
  'an array with an argument too many': 'type ip size 10 store gpc(3,4)',
  'gpc beside gpc0': 'type ip size 10 store gpc(3),gpc0',
  'gpc_rate beside gpc0_rate': 'type ip size 10 store gpc_rate(3,10s),gpc0_rate(1s)',
  'gpt beside gpt0': 'type ip size 10 store gpt0,gpt(3)',
  'data twice': 'type ip size 10 store gpc0,gpc0',
  'data behind a space': 'type ip size 10 store gpc0, conn_cnt',
};

const rules: Readonly<Record<string, string>> = {
  'track-sc0 without a key': 'http-request track-sc0',
  'track-sc0 of an unknown fetch': 'http-request track-sc0 foo',
  'track-sc0 of an unknown converter': 'http-request track-sc0 src,foo',
  'track-sc0 with a word too many': 'http-request track-sc0 src foo',
  'track-sc0 without the name of a table': 'http-request track-sc0 src table',
  'track-sc0 in a table that does not exist': 'http-request track-sc0 src table nope',
  'track-sc0 in a table with other keys': 'http-request track-sc0 base32+src',
  'sc-inc-gpc0 of a counter too high': 'http-request sc-inc-gpc0(3)',
  'sc-inc-gpc0 of no number': 'http-request sc-inc-gpc0(x)',
  'sc-inc-gpc without a counter': 'http-request sc-inc-gpc(0)',
  'sc-inc-gpc of a counter too high': 'http-request sc-inc-gpc(1,5)',
  'sc-inc-gpc of a counter that is no number': 'http-request sc-inc-gpc(1,x)',
  'sc-inc-gpc of an index that is no number': 'http-request sc-inc-gpc(x,1)',
  'sc-inc-gpc with a word too many': 'http-request sc-inc-gpc(1,0) foo',
  'sc-set-gpt0 of an unknown fetch': 'http-request sc-set-gpt0(0) foo',
  'sc-set-gpt0 of a counter that is no number': 'http-request sc-set-gpt0(x) 3',
  'sc-set-gpt without a counter': 'http-request sc-set-gpt(1) 3',
  'sc-set-gpt with a word too many': 'http-request sc-set-gpt(1,0) 3 4',
};

const sticks: Readonly<Record<string, string>> = {
  'stick of an unknown kind': 'stick foo src',
  'stick without a kind': 'stick',
  'stick on without a pattern': 'stick on',
  'stick on without a table': 'stick on src',
  'stick on in a table that does not exist': 'stick on src table nope',
  'stick on in a table with other keys': 'stick on base32+src table f',
  'stick on of an unknown fetch': 'stick on foo table f',
  'stick on of an unknown ACL': 'stick on src table f if nope',
  'stick on with a word too many': 'stick on src table f foo',
};

const files: Readonly<Record<string, string>> = {
  'two tables in a backend': `${head}backend b\n stick-table type ip size 10\n stick-table type ip size 20\n`,
  'two tables of one name': `${head} use_backend b if TRUE\nbackend f\n stick-table type ip size 10\nbackend b\n`,
  'a table in defaults': `defaults d\n stick-table type ip size 10\n${head}backend b\n`,
  'stick on in defaults': `defaults d\n stick on src\n${head}backend b\n`,
  'stick on in a frontend': `${head} stick on src\nbackend b\n`,
  'peers that a table names and that do not exist': `${head}backend b\n stick-table type ip size 10 peers p\n`,
  'peers without a name': `${head}backend b\npeers\n`,
  'two peers of one name': `${head}backend b\npeers p\npeers p\n`,
  'a table of peers with peers': `${head}backend b\npeers p\n table t type ip size 10 peers p\n`,
  'a table of peers of an unknown type': `${head}backend b\npeers p\n table t type foo size 10\n`,
  'a table of peers without a size': `${head}backend b\npeers p\n table t type ip\n`,
  'an unknown word in peers': `${head}backend b\npeers p\n foo\n`,
};

export const wrongTables: readonly { readonly name: string; readonly text: string }[] = [
  ...Object.entries(tables).map(([name, words]) => ({
    name: `a stick-table with ${name}`,
    text: `${head}backend b\n stick-table ${words}\n`,
  })),
  ...Object.entries(rules).map(([name, line]) => ({ name, text: `${head} ${line}\nbackend b\n` })),
  ...Object.entries(sticks).map(([name, line]) => ({ name, text: `${head}backend b\n ${line}\n` })),
  ...Object.entries(files).map(([name, text]) => ({ name, text })),
];

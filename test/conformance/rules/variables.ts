/** Rules that set variables under conditions, and what the variable holds then. */
import { ask, type Case } from './cases.ts';

/** What a case does, and what its answer shows. */
const steps: readonly (readonly [lines: readonly string[], shown: string])[] = [
  ...[
    ['set-var(txn.x,ifexists) str(b)'],
    ['set-var(txn.x,ifnotexists) str(b)'],
    ['set-var(txn.x) str(a)', 'set-var(txn.x,ifnotexists) str(b)'],
    ['set-var(txn.x) str(a)', 'set-var(txn.x,ifexists) str(b)'],
    ['set-var(txn.x) str(a)', 'set-var(txn.x,ifexists,ifnotexists) str(b)'],
    ['set-var(txn.x) str(a)', 'set-var(txn.x,ifset) str(b)'],
    ['set-var(txn.x) str(a)', 'set-var(txn.x,ifnotset) str(b)'],
    ['set-var(txn.x) str(a)', 'unset-var(txn.x)', 'set-var(txn.x,ifexists) str(b)'],
    ['set-var(txn.x) str(a)', 'unset-var(txn.x)', 'set-var(txn.x,ifnotset) str(b)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifgt) int(3)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifgt) int(5)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifgt) int(7)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,iflt) int(7)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,iflt) int(3)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,iflt) str(3)'],
    ['set-var(txn.x) int(-9223372036854775807)', 'set-var(txn.x,iflt) int(-9223372036854775806)'],
    ['set-var(txn.x) bool(1)', 'set-var(txn.x,iflt) int(0)'],
    ['set-var(txn.x,ifgt) int(3)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,iflt,ifgt) int(3)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifempty) str()'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifempty) str(a)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifnotempty) str()'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifnotempty) str(b)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifempty) int(0)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifempty) ipv4(1.2.3.4)'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifempty) method'],
    ['set-var(txn.x) int(5)', 'set-var(txn.x,ifnotempty) method'],
    ['set-var(txn.x,) int(5)'],
    ['set-var-fmt(txn.x,ifnotempty) "%[str()]"'],
    ['set-var-fmt(txn.x,ifempty) "%[str()]"'],
    ['set-var-fmt(txn.x,ifnotexists) "a%[src]"'],
    ['set-var(txn.x) int(5)', 'set-var-fmt(txn.x,ifgt) 7'],
  ].map((lines): [string[], string] => [lines, 'var(txn.x,none)']),
  [['set-var(txn.x.y._z) int(7)', 'set-var(txn..) str(dot)'], 'var(txn.x.y._z)],%[var(txn..)'],
  [['set-var(proc.a,ifexists) int(7)'], 'var(proc.a,none)'],
  [['set-var(proc.b,ifset) int(7)'], 'var(proc.b,none)'],
  [['set-var(proc.c,ifnotexists) int(7)'], 'var(proc.c,none)'],
  [['set-var(proc.d,ifnotset) int(7)'], 'var(proc.d,none)'],
  ...[
    'str(a),set-var(txn.x,ifnotexists),concat(-,txn.x,)',
    'int(3),set-var(txn.x,ifgt),concat(-,txn.x,)',
    'int(9),set-var(txn.x,ifgt),concat(-,txn.x,)',
    'str(),set-var(txn.x,ifnotempty),concat(-,txn.x,)',
    'str(b),set-var(txn.x,ifexists,ifset,ifnotempty,iflt),concat(-,txn.x,)',
    'ipv4(1.2.3.4),set-var(txn.x,ifempty),concat(-,txn.x,)',
  ].map((shown): [string[], string] => [['set-var(txn.x) int(5)'], shown]),
];

export const variableCases: readonly Case[] = steps.map(([lines, shown]) => ({
  name: [...lines, shown].join('; '),
  frontend: [
    ...lines.map((line) => `http-request ${line}`),
    `http-request return status 200 content-type text/plain lf-string "<%[${shown}]>"`,
  ],
  requests: [ask('GET /')],
}));

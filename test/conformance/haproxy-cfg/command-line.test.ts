/** What the command line says and answers without running anything, compared with haproxy's where it is installed. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProgram } from '../../../lab/programs.ts';
import { folderWith, type Ran, run, type Side } from './program.ts';

const sides: readonly Side[] = findProgram('haproxy') === undefined ? ['sluice'] : ['sluice', 'haproxy'];

const timeouts = ' timeout client 1s\n timeout server 1s\n timeout connect 1s\n';
const defaults = `defaults\n mode http\n${timeouts}`;
const good = `${defaults}listen l\n bind 127.0.0.1:1\n`;
const files = {
  'good.cfg': good,
  'bad.cfg': `${good} foo\n`,
  'idle.cfg': `${defaults}backend b\n`,
  'warned.cfg': `${good} timeout client 1s\nbackend b\n timeout client 1s\n`,
  'warned-idle.cfg': `${defaults}backend b\n timeout client 1s\n`,
  'strict.cfg': `global\n zero-warning\n${good}backend b\n timeout client 1s\n`,
  'first.cfg': defaults,
  'second.cfg': 'frontend f\n bind 127.0.0.1:1\n default_backend b\nbackend b\n',
  'suspicious.cfg': `.diag "look here"\n${good}`,
};

interface Case {
  readonly args: readonly string[];
  readonly status: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

const valid = /^Configuration file is valid\n$/;
const nothing = /^$/;

const cases: Readonly<Record<string, Case>> = {
  'a good file': { args: ['-c', '-f', 'good.cfg'], status: 0, stdout: valid, stderr: nothing },
  'a good file, quietly': { args: ['-c', '-q', '-f', 'good.cfg'], status: 0, stdout: nothing, stderr: nothing },
  'a bad file': {
    args: ['-c', '-f', 'bad.cfg'],
    status: 1,
    stdout: nothing,
    stderr:
      /parsing \[bad.cfg:8\] : unknown keyword 'foo' in 'listen' section\n(.*\n)*.*Fatal errors found in configuration/,
  },
  'a bad file, quietly': { args: ['-c', '-q', '-f', 'bad.cfg'], status: 1, stdout: nothing, stderr: nothing },
  'a file without a listener': { args: ['-c', '-f', 'idle.cfg'], status: 2, stdout: /no listener\) => exit\(2\)/ },
  'a file with warnings': {
    args: ['-c', '-f', 'warned.cfg'],
    status: 0,
    stdout: /^Warnings were found\.\nConfiguration file is valid\n$/,
    stderr: /\[WARNING\] .*warned.cfg:10\]/,
  },
  'a file with warnings and without a listener': {
    args: ['-c', '-f', 'warned-idle.cfg'],
    status: 2,
    stdout: /^Warnings were found\.\nConfiguration file has no error but will not start/,
  },
  'warnings that count': { args: ['-c', '-dW', '-f', 'warned.cfg'], status: 1, stderr: /Some warnings were found/ },
  'no warnings that count': { args: ['-c', '-dW', '-f', 'good.cfg'], status: 0, stdout: valid },
  'zero-warning in the file': { args: ['-c', '-f', 'strict.cfg'], status: 1, stderr: /Some warnings were found/ },
  'what is suspicious, unasked': { args: ['-c', '-f', 'suspicious.cfg'], status: 0, stderr: nothing },
  'what is suspicious, asked for': { args: ['-c', '-dD', '-f', 'suspicious.cfg'], status: 0, stderr: /look here/ },
  'several files': { args: ['-c', '-f', 'first.cfg', '-f', 'second.cfg'], status: 0, stdout: valid },
  'files behind two dashes': { args: ['-c', '--', 'first.cfg', 'second.cfg'], status: 0, stdout: valid },
  'several files in the wrong order': {
    args: ['-c', '-f', 'second.cfg', '-f', 'first.cfg'],
    status: 0,
    stderr: /missing timeouts/,
  },
  'a folder of files': { args: ['-c', '-f', 'folder'], status: 0, stdout: valid, stderr: nothing },
  'an empty folder': { args: ['-c', '-f', 'empty'], status: 1, stderr: /^Usage/m },
  'a folder to start in': { args: ['-c', '-C', 'folder', '-f', '1.cfg', '-f', '2.cfg'], status: 0, stdout: valid },
  'a folder to start in that there is not': {
    args: ['-c', '-C', 'nowhere', '-f', 'good.cfg'],
    status: 1,
    stderr: /\[ALERT\] .* Could not change to directory nowhere : No such file/,
  },
  'a file that there is not': { args: ['-c', '-f', 'nowhere.cfg'], status: 1, stderr: /nowhere\.cfg.*No such file/ },
  'a file that cannot be a file': {
    args: ['-c', '-f', 'good.cfg/a'],
    status: 1,
    stderr: /Cannot open configuration file\/directory good\.cfg\/a : /,
  },
  'flags without effect': { args: ['-c', '-dp', '-dM', '-n', '100', '-f', 'good.cfg'], status: 0, stdout: valid },
  'an unknown flag': { args: ['-c', '-f', 'good.cfg', '-y'], status: 1, stderr: /^Usage/m },
  'a flag without its argument': { args: ['-c', '-f'], status: 1 },
  'a condition that holds': { args: ['-cc', 'streq(a,a)'], status: 0, stdout: nothing, stderr: nothing },
  'a condition about the environment': { args: ['-cc', 'defined(PATH) && !defined(NO_SUCH)'], status: 0 },
  'a condition that does not hold': { args: ['-cc', 'version_before(2)'], status: 1, stderr: nothing },
  'a condition that cannot be read': {
    args: ['-cc', 'foo'],
    status: 2,
    stderr: /unparsable conditional expression 'foo'/,
  },
  'a condition that cannot be read, quietly': { args: ['-q', '-cc', 'foo'], status: 2, stdout: nothing },
  'the version': { args: ['-v'], status: 0, stdout: /version \d+\.\d+/, stderr: nothing },
  'the version at length': { args: ['-vv'], status: 0, stdout: /^HAProxy version 2\.6(.*\n)+Feature list : .*\+EPOLL/ },
};

function explain({ status, stdout, stderr }: Ran): string {
  return `exit code ${status}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
}

test('checks and questions', async (context) => {
  const folder = folderWith(context, files);
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'folder'));
  for (const [name, text] of Object.entries({
    '1.cfg': defaults,
    '2.cfg': files['second.cfg'],
    '.3.cfg': 'foo\n',
    '4.txt': 'foo\n',
  })) {
    writeFileSync(join(folder, 'folder', name), text);
  }
  for (const [name, expected] of Object.entries(cases)) {
    for (const side of sides) {
      await context.test(`${name}: ${side}`, () => {
        const ran = run(side, expected.args, folder);
        assert.equal(ran.status, expected.status, explain(ran));
        if (expected.stdout !== undefined) assert.match(ran.stdout, expected.stdout, explain(ran));
        if (expected.stderr !== undefined) assert.match(ran.stderr, expected.stderr, explain(ran));
      });
    }
  }
});

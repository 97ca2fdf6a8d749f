/** How lines become commands and words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beforePayload, splitCommands, splitWords } from '../../../../data-plane/node/runtime-api/command-line.ts';

test('a semicolon divides commands unless a backslash stands before it', () => {
  assert.deepEqual(splitCommands('show info;show stat'), ['show info', 'show stat']);
  assert.deepEqual(splitCommands('a\\;b; c'), ['a\\;b', ' c']);
  assert.deepEqual(splitCommands('a\\\\;b'), ['a\\\\', 'b']);
  assert.deepEqual(splitCommands(';'), ['', '']);
  assert.deepEqual(splitCommands(''), ['']);
  assert.deepEqual(splitCommands('a\\'), ['a\\']);
});

test('blanks divide words unless a backslash stands before them', () => {
  assert.deepEqual(splitWords('  show \t stat  '), ['show', 'stat']);
  assert.deepEqual(splitWords('get\\ weight app\\/s1'), ['get weight', 'app/s1']);
  assert.deepEqual(splitWords('a\\;b \\\\ \\ '), ['a;b', '\\', ' ']);
  assert.deepEqual(splitWords(' '), []);
  assert.equal(splitWords('x '.repeat(100)).length, 64);
});

test('a payload is announced by a word of its own at the end', () => {
  assert.equal(beforePayload('add map m <<'), 'add map m ');
  assert.equal(beforePayload('add map m<<'), undefined);
  assert.equal(beforePayload('add map m << '), undefined);
  assert.equal(beforePayload('<<'), '');
});

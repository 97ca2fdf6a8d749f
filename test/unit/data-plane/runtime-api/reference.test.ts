/** The reference of the runtime API keeps up with the commands. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from '../../../../data-plane/node/runtime-api/command-table.ts';

const reference = readFileSync(new URL('../../../../docs/reference/runtime-api.md', import.meta.url), 'utf8');

test('every command stands in docs/reference/runtime-api.md with its level', () => {
  const [, table = ''] = reference.split('## Commands');
  const rows = table.replaceAll('\\|', '|').split('\n');
  for (const { usage, level, words } of commands) {
    const row = rows.find((line) => line.startsWith('| `') && line.includes(`\`${usage}\``));
    assert.ok(row, usage);
    assert.ok(row.includes(`| ${level} |`), `${words.join(' ')} is for level ${level}`);
  }
});

test('no command hides another, and usage begins with the words', () => {
  const names = commands.map(({ words }) => words.join(' '));
  assert.equal(new Set(names).size, names.length);
  for (const { usage, words } of commands) {
    assert.ok(usage.replace('[cli]', 'cli').startsWith(words.join(' ')), usage);
    for (const other of commands) {
      if (other.words !== words) assert.ok(!other.words.join(' ').startsWith(`${words.join(' ')} `), usage);
    }
  }
});

/** The page on keywords is what the tables say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeKeywordReference } from '../../../../shared/haproxy-cfg/keyword-reference.ts';

test('docs/reference/haproxy-cfg.md is up to date', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/haproxy-cfg.md'), 'utf8');
  assert.equal(page, writeKeywordReference(), 'run: node docs/reference/generate.ts');
});

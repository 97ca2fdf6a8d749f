/** The catalogues of fetches and converters, what the data plane makes of them, and the page written from them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { converterCompilers, fetchCompilers } from '../../../../data-plane/rules/compile-sample.ts';
import { converters } from '../../../../shared/language/converters.ts';
import { fetches } from '../../../../shared/language/fetches.ts';
import { writeSamplesReference } from '../../../../shared/language/samples-reference.ts';

test('whatever the catalogues have, the data plane carries out, and nothing else', () => {
  const named = [...fetches.values()].filter(({ alias }) => alias === undefined).map(({ name }) => name);
  assert.deepEqual(Object.keys(fetchCompilers).sort(), named.sort());
  assert.deepEqual(Object.keys(converterCompilers).sort(), [...converters.keys()].sort());
});

test('docs/reference/samples.md is what node openapi/generate-samples.ts writes', () => {
  const page = readFileSync(new URL('../../../../docs/reference/samples.md', import.meta.url), 'utf8');
  assert.equal(page, writeSamplesReference());
});

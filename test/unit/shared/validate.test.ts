/** What schema checks say of wrong values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TSchema } from 'typebox';
import { backendSchema } from '../../../shared/model/backend.ts';
import { frontendSchema } from '../../../shared/model/frontend.ts';
import { nodeMessageSchema } from '../../../shared/protocol/messages.ts';
import { escapePointer, findViolations } from '../../../shared/validate.ts';

function expectViolations(schema: TSchema, value: unknown, expected: Record<string, RegExp>): void {
  const found = findViolations(schema, value);
  assert.deepEqual(found.map((violation) => violation.pointer).sort(), Object.keys(expected).sort());
  for (const { pointer, detail } of found) assert.match(detail, expected[pointer] ?? /never/, pointer);
}

test('finds nothing in a value that fits', () => {
  assert.deepEqual(findViolations(frontendSchema, { name: 'web', binds: [{ name: 'b', port: 80 }] }), []);
});

test('names unknown fields, with the known one that is near', () => {
  expectViolations(
    frontendSchema,
    { name: 'web', defaultBakend: 'app', binds: [{ name: 'b', port: 80, adress: '*' }] },
    {
      '/defaultBakend': /unknown field; did you mean "defaultBackend"\?/,
      '/binds/0/adress': /unknown field; did you mean "address"\?/,
    },
  );
});

test('tells types, limits, patterns, missing fields and choices in words', () => {
  expectViolations(
    backendSchema,
    { name: 'a b', mode: 'udp', retries: 'x', servers: [{ name: 's', weight: 300 }, 7] },
    {
      '/name': /must match/,
      '/mode': /must be "http" or "tcp"/,
      '/retries': /must be an integer/,
      '/servers/0/weight': /must be 256 or less/,
      '/servers/0/address': /is required/,
      '/servers/0/port': /is required/,
      '/servers/1': /must be an object/,
    },
  );
});

test('speaks only of the branch of a union that was meant', () => {
  const rules = [{ name: 'r', action: 'deny', status: 199 }, { name: 'q', action: 'dney' }, { name: 'p' }];
  expectViolations(
    frontendSchema,
    { name: 'web', httpRequestRules: rules },
    {
      '/httpRequestRules/0/status': /must be 200 or more/,
      '/httpRequestRules/1/action': /must be "allow", "deny", "tarpit", "return", /,
      '/httpRequestRules/2/action': /must be "allow", "deny", "tarpit", "return", /,
    },
  );
  expectViolations(nodeMessageSchema, { type: 'ack', version: 1, hash: 'x' }, { '/durationMs': /is required/ });
});

test('escapes names in pointers', () => {
  assert.equal(escapePointer('a/b~c'), 'a~1b~0c');
  expectViolations(frontendSchema, { name: 'web', 'a/b': 1 }, { '/a~1b': /unknown field/ });
});

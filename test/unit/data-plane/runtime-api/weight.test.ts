/** Weights as "set weight" takes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWeight } from '../../../../data-plane/node/runtime-api/weight.ts';

const problem = (text: string | undefined, algorithm = 'roundrobin') => {
  const weight = parseWeight(text, 10, algorithm);
  return typeof weight === 'number' ? weight : weight.text;
};

test('a weight is absolute, or relative to the configured one and then at most 256', () => {
  assert.equal(parseWeight('7', 10, 'roundrobin'), 7);
  assert.equal(parseWeight('256', 10, 'roundrobin'), 256);
  assert.equal(parseWeight('33%', 10, 'roundrobin'), 3);
  assert.equal(parseWeight('9999%', 10, 'roundrobin'), 256);
  assert.equal(parseWeight('50%', 0, 'roundrobin'), 0);
});

test('what is no weight is refused', () => {
  assert.equal(problem(undefined), 'Require <weight> or <weight%>.\n');
  assert.equal(problem('abc'), 'Empty weight string empty or preceded by garbage');
  assert.equal(problem('257'), 'Absolute weight can only be between 0 and 256 inclusive.\n');
  assert.equal(problem('-1%'), 'Relative weight must be positive.\n');
  assert.equal(problem('5x'), 'Trailing garbage in weight string');
});

test('a static algorithm knows the configured weight and none', () => {
  for (const text of ['0', '0%', '10', '100%']) assert.equal(typeof problem(text, 'source'), 'number', text);
  for (const text of ['5', '50%', '200%'])
    assert.match(String(problem(text, 'static-rr')), /static LB algorithm/, text);
});

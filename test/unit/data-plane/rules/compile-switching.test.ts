/** Rules that choose a backend. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSwitching } from '../../../../data-plane/rules/compile-switching.ts';
import { sampleContext } from '../../../support/sample-context.ts';

const backends = new Map(
  ['app', 'static', 'tcp'].map((name) => [name, { name, mode: name === 'tcp' ? 'tcp' : 'http' }]),
);
const choice = {
  backends,
  named: (name: string) => backends.get(name) as { name: string; mode: string },
  otherwise: backends.get('app'),
  mode: 'http',
} as const;

test('a name with samples in it is looked up when the rule applies; without such a backend the default one is taken', () => {
  const choose = compileSwitching(
    [
      { name: 'a', backend: '%[req.hdr(x-to),lower]' },
      { name: 'b', backend: 'static', if: '{ path_beg /s }' },
    ],
    new Map(),
    choice,
  );
  const chosen = (to: string, path = '/') =>
    choose(sampleContext({ line: `GET ${path}`, fields: ['Host: a', `X-To: ${to}`] }))?.name;
  assert.equal(chosen('STATIC'), 'static');
  assert.equal(chosen('nobody'), 'app');
  assert.equal(chosen('nobody', '/s'), 'app');
  // A backend in another mode is none for this frontend.
  assert.equal(chosen('tcp'), 'app');
});

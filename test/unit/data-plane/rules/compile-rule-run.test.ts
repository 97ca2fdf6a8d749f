/** Long runs of like rules. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileAcls, compileRuleCondition } from '../../../../data-plane/rules/compile-condition.ts';
import { compileFirstHolding } from '../../../../data-plane/rules/compile-rule-run.ts';
import type { RequestView, SampleContext } from '../../../../data-plane/rules/sample-context.ts';
import { sampleContext } from '../../../support/sample-context.ts';

const compile = (conditions: readonly string[], acls = new Map()) =>
  compileFirstHolding(conditions.map((text) => compileRuleCondition({ if: text }, acls)));

/** A request that counts how often its fields and its path are looked at. */
function counted(context: SampleContext): { context: SampleContext; looks: () => number } {
  let looks = 0;
  const original = context.request as RequestView;
  const request: RequestView = {
    method: original.method,
    target: original.target,
    pathAndQuery: original.pathAndQuery,
    host: original.host,
    minorVersion: original.minorVersion,
    get path() {
      looks++;
      return original.path;
    },
    fields: {
      contentLength: 0,
      next: (from: number) => original.fields.next(from),
      find: (name, from) => {
        looks++;
        return original.fields.find(name, from);
      },
      value: (field) => original.fields.value(field),
      name: (field) => original.fields.name(field),
    },
  };
  return { context: { ...context, request }, looks: () => looks };
}

suite('the first of many rules that applies', () => {
  test('is found with as many looks at the request for 10,000 as for ten', () => {
    const shapes: [string, (index: number) => string][] = [
      ['host', (index) => `{ hdr(host) -i h${index}.test }`],
      ['path', (index) => `{ path_beg /p${index}/ }`],
      ['end', (index) => `{ path_end .p${index} }`],
    ];
    for (const [name, shape] of shapes) {
      const looksFor = (count: number) => {
        const find = compile(Array.from({ length: count }, (_, index) => shape(index)));
        const { context, looks } = counted(
          sampleContext({ line: `GET /p${count - 1}/x.p${count - 1}`, fields: [`Host: H${count - 1}.test`] }),
        );
        assert.equal(find(context), count - 1, name);
        return looks();
      };
      assert.equal(looksFor(10_000), looksFor(10), name);
    }
  });

  test('takes a time that hardly grows with their number', () => {
    const time = (count: number) => {
      const find = compile(Array.from({ length: count }, (_, index) => `{ hdr(host) -i h${index}.test }`));
      const context = sampleContext({ fields: [`Host: h${count - 1}.test`] });
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 20; round++) {
        const start = performance.now();
        for (let turn = 0; turn < 1_000; turn++) find(context);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    // A thousand times as many rules; one by one they would take a thousand times as long.
    assert.ok(time(20_000) < time(20) * 20);
  });

  test('is the one that stands first, whichever value of the sample it matches', () => {
    const find = compile(['a', 'b', 'c', 'd', 'b'].map((value) => `{ hdr(x) ${value} }`));
    const context = sampleContext({ fields: ['Host: h', 'X: d, b'] });
    assert.equal(find(context), 1);
    assert.equal(find(sampleContext({ fields: ['Host: h', 'X: d, c'] })), 2);
    assert.equal(find(sampleContext({ fields: ['Host: h', 'X: e'] })), -1);
  });

  test('respects what stands between the runs', () => {
    const conditions = ['a', 'b', 'c', 'd'].map((value) => `{ path /${value} }`);
    const find = compile([...conditions, '{ method POST }', '!{ path /z }', ...conditions]);
    const at = (line: string) => find(sampleContext({ line }));
    assert.equal(at('GET /c'), 2);
    assert.equal(at('POST /x'), 4);
    assert.equal(at('GET /x'), 5);
    assert.equal(at('GET /z'), -1);
  });

  test('may be tested by named ACLs', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const acls = compileAcls(names.map((name) => ({ name, criterion: 'path_beg', values: [`/${name}`, `/${name}x`] })));
    const { context, looks } = counted(sampleContext({ line: 'GET /ex' }));
    assert.equal(compile(names, acls)(context), 4);
    assert.equal(looks(), 1);
  });
});

/** The converter that passes a sample on under a condition (HAProxy 3.1, configuration manual, section 7.3.1, "when"). */
import type { WhenCondition } from '../../../shared/language/argument-types.ts';
import { presentScope } from '../compile-scope.ts';
import type { ConverterCompilers } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';

type Test = (context: SampleContext) => boolean;

const isForwarded: Test = ({ serverConnection }) => serverConnection?.connected === true;

const tests: Readonly<Record<Exclude<WhenCondition, 'acl'>, Test>> = {
  error: ({ hasFailed }) => hasFailed,
  forwarded: isForwarded,
  normal: ({ hasFailed }) => !hasFailed,
  // Sluice has no applets: whoever is not passed on is answered by rules.
  processed: isForwarded,
  stopping: ({ environment }) => environment.stopping,
  toapplet: () => false,
};

/** The ACL may be compiled later than what asks for it, but is before anything is evaluated. */
function testOfAcl(name: string): Test {
  const scope = presentScope();
  let found: Test | undefined;
  return (context) => {
    found ??= scope.findAcl?.(name) ?? (() => false);
    return found(context);
  };
}

export const whenConverters: ConverterCompilers = {
  when: ([condition = '', acl]) => {
    const isNegated = condition.startsWith('!');
    const name = condition.slice(isNegated ? 1 : 0) as WhenCondition;
    const test = name === 'acl' ? testOfAcl(acl ?? '') : tests[name];
    return isNegated
      ? (value, context) => (test(context) ? undefined : value)
      : (value, context) => (test(context) ? value : undefined);
  },
};

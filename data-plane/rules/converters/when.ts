/** The converter that passes a sample on under a condition (HAProxy 3.1, configuration manual, section 7.3.1, "when"). */
import type { WhenCondition } from '../../../shared/language/argument-types.ts';
import type { ConverterCompilers } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';

type Test = (context: SampleContext) => boolean;

const isForwarded: Test = ({ serverConnection }) => serverConnection?.connected === true;

const tests: Readonly<Record<WhenCondition, Test>> = {
  error: ({ hasFailed }) => hasFailed,
  forwarded: isForwarded,
  normal: ({ hasFailed }) => !hasFailed,
  // Sluice has no applets: whoever is not passed on is answered by rules.
  processed: isForwarded,
  stopping: ({ environment }) => environment.stopping,
  toapplet: () => false,
};

export const whenConverters: ConverterCompilers = {
  when: ([condition = '']) => {
    const isNegated = condition.startsWith('!');
    const test = tests[condition.slice(isNegated ? 1 : 0) as WhenCondition];
    return isNegated
      ? (value, context) => (test(context) ? undefined : value)
      : (value, context) => (test(context) ? value : undefined);
  },
};

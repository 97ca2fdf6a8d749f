/** Compiles the actions that set the place in the queue of a backend. */
import { parseSample } from '../../shared/language/parse-sample.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import type { PriorityRule } from '../../shared/model/edit-rules.ts';
import { compileSample } from './compile-sample.ts';
import type { SampleContext } from './sample-context.ts';
import { asInteger } from './sample-value.ts';
import type { StreamEdits } from './transaction.ts';

/** What is beyond is taken for the nearest (configuration manual 2.6, "http-request set-priority-class" and "-offset"). */
const farthest = { 'set-priority-class': 2_047, 'set-priority-offset': 524_287 } as const;

/** A value that is no integer changes nothing. Throws Error on what shared/model would have refused. */
export function compilePriorityRule(
  { action, expression }: Pick<PriorityRule, 'action' | 'expression'>,
  place: Place,
): (context: SampleContext & { readonly transaction: StreamEdits }) => void {
  const { get } = compileSample(parseSample(expression, place));
  const limit = farthest[action];
  return (context) => {
    const value = get(context);
    const number = value === undefined ? undefined : asInteger(value);
    if (number === undefined) return;
    const within = Math.max(-limit, Math.min(limit, Number(number)));
    if (action === 'set-priority-class') context.transaction.setPriorityClass(within);
    else context.transaction.setPriorityOffset(within);
  };
}

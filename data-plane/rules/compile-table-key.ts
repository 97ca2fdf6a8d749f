/** Compiles what makes the key of a stick table of a sample. */
import type { Sample } from '../../shared/language/parse-sample.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import { keyTypes } from '../../shared/model/check-stick-tables.ts';
import type { StickTable } from '../tables/stick-table.ts';
import { keyOf } from '../tables/table-key.ts';
import { castBetween, compileSample } from './compile-sample.ts';
import type { SampleContext } from './sample-context.ts';
import type { Value } from './sample-value.ts';

/** The key of a value of the type; undefined where it makes none. */
export function compileKeyOf(
  { definition }: StickTable,
  type: SampleType,
): (value: Value, context: SampleContext) => string | undefined {
  const cast = castBetween(type, keyTypes[definition.type]);
  if (cast === undefined) return (value) => keyOf(definition, value);
  return (value, context) => {
    const key = cast(value, context);
    return key === undefined ? undefined : keyOf(definition, key);
  };
}

/** The key that a sample makes in a table; undefined where it has no value. */
export function compileTableKey(table: StickTable, sample: Sample): (context: SampleContext) => string | undefined {
  const { get } = compileSample(sample);
  const toKey = compileKeyOf(table, sample.type);
  return (context) => {
    const value = get(context);
    return value === undefined ? undefined : toKey(value, context);
  };
}

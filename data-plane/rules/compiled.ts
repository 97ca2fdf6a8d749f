/** The shapes that fetches and converters are compiled to. */
import type { Arguments } from '../../shared/language/parse-sample.ts';
import type { SampleType } from '../../shared/language/sample-types.ts';
import type { SampleContext } from './sample-context.ts';
import type { MaybeValue, Value } from './sample-value.ts';

export type Get = (context: SampleContext) => MaybeValue;

/** A test of one value. */
export type ValueTest = (value: Value, context: SampleContext) => boolean;

export interface CompiledFetch {
  readonly get: Get;
  /** Whether one of the values holds, where a fetch has several, as a header field does in ACLs. */
  readonly some?: (context: SampleContext, test: ValueTest) => boolean;
  /** Set where the value never changes. */
  readonly constant?: Value;
}

/** A fetch by its arguments. */
export type FetchCompiler = (args: Arguments) => CompiledFetch;
export type FetchCompilers = Readonly<Record<string, FetchCompiler>>;

export type Convert = (value: Value, context: SampleContext) => MaybeValue;

/** A converter by its arguments and the type of what it gets. */
export type ConverterCompiler = (args: Arguments, input: SampleType) => Convert;
export type ConverterCompilers = Readonly<Record<string, ConverterCompiler>>;

/** A fetch whose value never changes. */
export function constant(value: Value): CompiledFetch {
  return { get: () => value, constant: value };
}

/** A fetch without arguments, with one value. */
export function plain(get: Get): FetchCompiler {
  const compiled = { get };
  return () => compiled;
}

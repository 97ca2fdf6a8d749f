/** Converters that compute with integers of 64 bits, which never leave their range. */
import type { ConverterCompiler, ConverterCompilers } from '../compiled.ts';
import { compileOperand } from '../fetches/internal.ts';
import { greatestInteger, type Integer, toInteger } from '../sample-value.ts';

/** Exact numbers are computed with as they are; the result says whether it still is exact. */
function binary(
  quick: ((one: number, other: number) => number) | undefined,
  exact: (one: bigint, other: bigint) => Integer,
): ConverterCompiler {
  return ([text]) => {
    const operand = compileOperand(text);
    return (value, context) => {
      const other = operand(context);
      if (other === undefined) return undefined;
      if (quick !== undefined && typeof value === 'number' && typeof other === 'number') {
        const result = quick(value, other);
        if (Number.isSafeInteger(result)) return result;
      }
      return exact(BigInt(value as Integer), BigInt(other));
    };
  };
}

function divide(one: bigint, other: bigint): Integer {
  return other === 0n ? greatestInteger : toInteger(one / other);
}

/** No "-0", which is no integer. */
const plus0 = (value: number) => value + 0;

const negate = (value: Integer): Integer => (typeof value === 'number' ? 0 - value : toInteger(-value));
const invert = (value: Integer): Integer => toInteger(~BigInt(value));

export const arithmeticConverters: ConverterCompilers = {
  add: binary(
    (one, other) => one + other,
    (one, other) => toInteger(one + other),
  ),
  sub: binary(
    (one, other) => one - other,
    (one, other) => toInteger(one - other),
  ),
  mul: binary(
    (one, other) => plus0(one * other),
    (one, other) => toInteger(one * other),
  ),
  div: binary((one, other) => (other === 0 ? Number.NaN : plus0(Math.trunc(one / other))), divide),
  mod: binary(
    (one, other) => (other === 0 ? 0 : plus0(one % other)),
    (one, other) => (other === 0n ? 0 : toInteger(one % other)),
  ),
  and: binary(undefined, (one, other) => toInteger(one & other)),
  or: binary(undefined, (one, other) => toInteger(one | other)),
  xor: binary(undefined, (one, other) => toInteger(one ^ other)),
  neg: () => (value) => negate(value as Integer),
  cpl: () => (value) => invert(value as Integer),
};

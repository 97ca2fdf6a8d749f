/** Converters that answer yes or no, and those that choose by it. */
import { timingSafeEqual } from 'node:crypto';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { ConverterCompilers } from '../compiled.ts';
import { asBytes, type Integer, type Value } from '../sample-value.ts';
import { parseVariable } from '../variables.ts';

function isOdd(value: Value): boolean {
  return typeof value === 'number' ? value % 2 !== 0 : (BigInt(value as Integer) & 1n) === 1n;
}

export const logicConverters: ConverterCompilers = {
  bool: () => (value) => value !== 0,
  not: () => (value) => value === 0,
  odd: () => isOdd,
  even: () => (value) => !isOdd(value),
  iif: ([yes = '', no = '']) => {
    const [whenTrue, whenFalse] = [toBytes(yes), toBytes(no)];
    return (value) => (value === true ? whenTrue : whenFalse);
  },
  secure_memcmp: ([variable = '']) => {
    const { scope, name } = parseVariable(variable);
    return (value, { variables }) => {
      const found = variables.get(scope, name);
      if (found === undefined) return undefined;
      const one = Buffer.from(value as string, 'latin1');
      const other = Buffer.from(asBytes(found.value), 'latin1');
      return one.length === other.length && timingSafeEqual(one, other);
    };
  },
};

/** Converters that read and set variables. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { SampleType } from '../../../shared/language/sample-types.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { asText } from '../sample-value.ts';
import { parseVariable, typeOfValue } from '../variables.ts';

/** The text of a variable, "" where it is not set or none is named. */
function reader(variable: string | undefined): (context: SampleContext) => string {
  if (variable === undefined || variable === '') return () => '';
  const { scope, name } = parseVariable(variable);
  return ({ variables }) => {
    const found = variables.get(scope, name);
    return found === undefined ? '' : asText(found.value);
  };
}

function compare(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = one.charCodeAt(at) - other.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function setVariable(variable: string, type: SampleType): Convert {
  const { scope, name } = parseVariable(variable);
  return (value, { variables }) => {
    return variables.set(scope, name, { value, type: typeOfValue(value, type) }) ? value : undefined;
  };
}

export const variableConverters: ConverterCompilers = {
  concat: ([start = '', variable, end = '']) => {
    const [before, read, after] = [toBytes(start), reader(variable), toBytes(end)];
    return (value, context) => asText(value) + before + read(context) + after;
  },
  add_item: ([delimiterText = '', variable, suffixText = '']) => {
    const [delimiter, read, suffix] = [toBytes(delimiterText), reader(variable), toBytes(suffixText)];
    return (value, context) => {
      const added = read(context) + suffix;
      return value === '' || added === '' ? asText(value) + added : asText(value) + delimiter + added;
    };
  },
  strcmp: ([variable = '']) => {
    const { scope, name } = parseVariable(variable);
    return (value, { variables }) => {
      const found = variables.get(scope, name);
      return found === undefined ? undefined : compare(asText(value), asText(found.value));
    };
  },
  'set-var': ([variable = ''], type) => setVariable(variable, type),
  'unset-var': ([variable = '']) => {
    const { scope, name } = parseVariable(variable);
    return (value, { variables }) => (variables.unset(scope, name) ? value : undefined);
  },
};

/** Converters that read and set variables and captures. */
import type { Arguments } from '../../../shared/language/parse-sample.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { SampleType } from '../../../shared/language/sample-types.ts';
import { variableConditions } from '../../../shared/model/vocabulary.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import type { SampleContext } from '../sample-context.ts';
import { asText } from '../sample-value.ts';
import { compileSetVariable } from '../set-variable.ts';
import { parseVariable } from '../variables.ts';

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
  return Math.sign(one.length - other.length);
}

function setVariable(variable: string, conditions: Arguments, type: SampleType): Convert {
  const given = variableConditions.filter((condition) => conditions.includes(condition));
  const set = compileSetVariable(variable, given);
  return (value, { variables }) => (set(variables, value, type) ? value : undefined);
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
  'capture-req': ([slot = '']) => {
    const number = Number(slot);
    return (value, { captures }) => (captures?.keepRequest(number, asText(value)) === true ? value : undefined);
  },
  'capture-res': ([slot = '']) => {
    const number = Number(slot);
    return (value, { captures }) => (captures?.keepResponse(number, asText(value)) === true ? value : undefined);
  },
  'set-var': ([variable = '', ...conditions], type) => setVariable(variable, conditions, type),
  'unset-var': ([variable = '']) => {
    const { scope, name } = parseVariable(variable);
    return (value, { variables }) => (variables.unset(scope, name) ? value : undefined);
  },
};

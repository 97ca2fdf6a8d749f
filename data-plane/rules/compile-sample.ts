/** Compiles a sample expression to one function: the fetch, the casts between, the converters. */
import { isVariable } from '../../shared/language/argument-types.ts';
import type { Conversion, Sample } from '../../shared/language/parse-sample.ts';
import { canBecome, type SampleType } from '../../shared/language/sample-types.ts';
import type { CompiledFetch, Convert, Get, ValueTest } from './compiled.ts';
import { aesConverters } from './converters/aes.ts';
import { arithmeticConverters } from './converters/arithmetic.ts';
import { dateConverters } from './converters/dates.ts';
import { debugConverters } from './converters/debug.ts';
import { encodingConverters } from './converters/encoding.ts';
import { fieldConverters } from './converters/fields.ts';
import { fixConverters } from './converters/fix.ts';
import { hashingConverters } from './converters/hashing.ts';
import { jsonConverters } from './converters/json.ts';
import { jwtConverters } from './converters/jwt-verify.ts';
import { logicConverters } from './converters/logic.ts';
import { mapLookups } from './converters/maps.ts';
import { mqttConverters } from './converters/mqtt.ts';
import { networkConverters } from './converters/network.ts';
import { protobufConverters } from './converters/protobuf.ts';
import { stickTableConverters } from './converters/stick-tables.ts';
import { stringConverters } from './converters/strings.ts';
import { variableConverters } from './converters/variables.ts';
import { whenConverters } from './converters/when.ts';
import { bodyFetches } from './fetches/body.ts';
import { clientFetches } from './fetches/client.ts';
import { constantFetches } from './fetches/constants.ts';
import { contentFetches } from './fetches/content.ts';
import { cookieFetches } from './fetches/cookies.ts';
import { headerFetches } from './fetches/headers.ts';
import { internalFetches } from './fetches/internal.ts';
import { proxyFetches } from './fetches/proxies.ts';
import { requestFetches } from './fetches/request.ts';
import { responseFetches } from './fetches/response.ts';
import { stickTableFetches } from './fetches/stick-tables.ts';
import { tlsFetches } from './fetches/tls.ts';
import { urlParameterFetches } from './fetches/url-parameters.ts';
import type { SampleContext } from './sample-context.ts';
import { asAddress, asText, bytesToText, castTo, type Value } from './sample-value.ts';

/** Every fetch by its name in the catalogue, aliases left out. */
export const fetchCompilers = {
  ...constantFetches,
  ...internalFetches,
  ...proxyFetches,
  ...clientFetches,
  ...tlsFetches,
  ...contentFetches,
  ...bodyFetches,
  ...requestFetches,
  ...headerFetches,
  ...cookieFetches,
  ...urlParameterFetches,
  ...responseFetches,
  ...stickTableFetches,
};

export const converterCompilers = {
  ...stringConverters,
  ...fieldConverters,
  ...variableConverters,
  ...arithmeticConverters,
  ...logicConverters,
  ...encodingConverters,
  ...jsonConverters,
  ...jwtConverters,
  ...aesConverters,
  ...fixConverters,
  ...mqttConverters,
  ...protobufConverters,
  ...hashingConverters,
  ...dateConverters,
  ...debugConverters,
  ...whenConverters,
  ...networkConverters,
  ...stickTableConverters,
  ...mapLookups,
};

/** The value of a sample. What never changes is worked out here. */
export function compileSample(sample: Sample): CompiledFetch {
  const fetched = compileFetch(sample);
  const converted = compileConversions(sample);
  if (converted === undefined) return fetched;
  const get = applied(fetched.get, converted);
  if (fetched.constant !== undefined && sample.conversions.every(isFixed)) {
    // Nothing of the context is looked at, so there may be none.
    const value = get(undefined as unknown as SampleContext);
    return value === undefined ? { get: () => undefined } : { get: () => value, constant: value };
  }
  const { some } = fetched;
  if (some === undefined) return { get };
  return {
    get,
    some: (context, test) => some(context, (value, inner) => holdsFor(converted, value, inner, test)),
  };
}

/** Whether one of the values of a sample holds; in one function without any allocation for each request. */
export function compileSampleTest(
  sample: Sample,
  input: SampleType,
  test: ValueTest,
): (context: SampleContext) => boolean {
  const fetched = compileFetch(sample);
  const converted = compileConversions(sample);
  const cast = castBetween(sample.type, input);
  const convert = converted === undefined ? cast : cast === undefined ? converted : chain(converted, cast);
  const tested: ValueTest = convert === undefined ? test : (value, context) => holdsFor(convert, value, context, test);
  const { get, some } = fetched;
  if (some !== undefined) return (context) => some(context, tested);
  return (context) => {
    const value = get(context);
    return value !== undefined && tested(value, context);
  };
}

/** How values of a sample become texts. */
export function textOf({ type }: Sample): (value: Value) => string {
  return mayBeBytes(type) ? showBytes : asText;
}

/** The value as text, "" where there is none. */
export function compileSampleText(sample: Sample): (context: SampleContext) => string {
  const { get, constant } = compileSample(sample);
  const show = textOf(sample);
  if (constant !== undefined) {
    const text = show(constant);
    return () => text;
  }
  return (context) => {
    const value = get(context);
    return value === undefined ? '' : show(value);
  };
}

function compileFetch({ fetch, arguments: args }: Sample): CompiledFetch {
  const name = fetch.alias ?? fetch.name;
  const compile = fetchCompilers[name];
  if (compile === undefined) throw new Error(`the fetch "${name}" cannot be compiled`);
  return compile(args);
}

/** All converters of a sample, with the casts before each; undefined without any. */
function compileConversions({ fetch, conversions }: Sample): Convert | undefined {
  let all: Convert | undefined;
  let type = fetch.type;
  for (const conversion of conversions) {
    const cast = castBetween(type, conversion.converter.input);
    const convert = compileConversion(conversion, type);
    const step = cast === undefined ? convert : chain(cast, convert);
    all = all === undefined ? step : chain(all, step);
    // What passes a sample on leaves its type alone.
    if (conversion.converter.output !== 'any' || !passesOn.has(conversion.converter.name)) type = conversion.type;
  }
  return all;
}

function compileConversion({ converter, arguments: args }: Conversion, type: SampleType): Convert {
  const compile = converterCompilers[converter.name];
  if (compile === undefined) throw new Error(`the converter "${converter.name}" cannot be compiled`);
  return compile(args, type);
}

const passesOn = new Set(['set-var', 'unset-var']);

const mayBeBytes = (type: SampleType) => type === 'bin' || type === 'any';
const showBytes = (value: Value) => bytesToText(asText(value));

/** undefined where the value is what is asked for already. */
export function castBetween(from: SampleType, to: SampleType): Convert | undefined {
  if (from === to || to === 'any') return undefined;
  if (to === 'bin' && (from === 'str' || from === 'meth')) return undefined;
  if (from === 'meth' && to === 'str') return undefined;
  if (to === 'addr' && (from === 'ipv4' || from === 'ipv6')) return undefined;
  if (!canBecome(from, to)) return () => undefined;
  if (mayBeBytes(from) && (to === 'str' || to === 'meth')) return showBytes;
  if (from === 'str' && (to === 'ipv4' || to === 'ipv6')) return addressOfText(to);
  return castTo(to);
}

/** A text is an address of one family alone. */
function addressOfText(kind: 'ipv4' | 'ipv6'): Convert {
  return (value) => {
    const address = asAddress(value);
    return address?.kind() === kind ? address : undefined;
  };
}

function chain(first: Convert, second: Convert): Convert {
  return (value, context) => {
    const between = first(value, context);
    return between === undefined ? undefined : second(between, context);
  };
}

function applied(get: Get, convert: Convert): Get {
  return (context) => {
    const value = get(context);
    return value === undefined ? undefined : convert(value, context);
  };
}

function holdsFor(convert: Convert, value: Value, context: SampleContext, test: ValueTest): boolean {
  const converted = convert(value, context);
  return converted !== undefined && test(converted, context);
}

/** Converters that look at, or change, something beside their arguments. */
const unfixed = ['debug', 'when', 'nbsrv', 'srv_queue', 'capture-req', 'capture-res'];

/** Whether a converter looks at nothing but its arguments, and changes nothing. */
function isFixed({ converter, arguments: args }: Conversion): boolean {
  if (unfixed.includes(converter.name) || /^(?:in_table|table_.*)$/.test(converter.name)) return false;
  return converter.arguments.every(({ type }, index) => {
    const text = args[index];
    if (type === 'map') return false;
    if (type === 'base64' || type === 'jwt-algorithm' || type === 'jwt-key') return !isVariable(text ?? '');
    return type === 'operand' || type === 'key' ? !text?.includes('.') : type !== 'variable' || text === undefined;
  });
}

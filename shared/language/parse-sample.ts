/** Reads a sample expression such as "req.hdr(host),lower,field(1,:)" (configuration manual 2.6, section 7.3). */
import { type ArgumentSpec, findArgumentProblem } from './argument-types.ts';
import { type Converter, type Fetch, signature } from './catalogue.ts';
import { converters, findMissingConverter } from './converters.ts';
import { fetches, findMissingFeature } from './fetches.ts';
import { mapLookupOf } from './map-converters.ts';
import { findMqttFieldProblem } from './mqtt-fields.ts';
import { type RawArgument, readArguments } from './read-arguments.ts';
import { findRegexProblem } from './regular-expression.ts';
import { canBecome, findPlaceProblem, type Place, placeNames, type SampleType, typeNames } from './sample-types.ts';
import { hint } from './suggest.ts';
import { LanguageError } from './tokenize.ts';

/** The texts of arguments as the catalogue lists them; undefined where one was left out. */
export type Arguments = readonly (string | undefined)[];

export interface Conversion {
  readonly converter: Converter;
  readonly arguments: Arguments;
  /** The type of what it answers. */
  readonly type: SampleType;
}

export interface Sample {
  readonly fetch: Fetch;
  readonly arguments: Arguments;
  readonly conversions: readonly Conversion[];
  readonly type: SampleType;
}

/**
 * The sample that begins at `start` and where it ends. A place tells what can be looked at. Throws LanguageError, whose
 * columns are those of the text.
 */
export function readSample(text: string, start: number, place: Place | undefined): { sample: Sample; end: number } {
  const { name, end: nameEnd } = readName(text, start);
  const fetch = findFetch(name, start);
  const problem = place === undefined ? undefined : findPlaceProblem(fetch.needs, place);
  if (problem !== undefined) throw new LanguageError(start + 1, `"${name}" ${problem}`);
  const { args, end } = readCall(text, nameEnd, fetch, start);
  const read = readConversions(text, end, fetch, args);
  const converterProblem = place === undefined ? undefined : findConverterProblem(read.sample, place);
  if (converterProblem !== undefined) throw new LanguageError(start + 1, converterProblem);
  return read;
}

/** What has no maps, or no proxies yet. */
const withoutMaps: readonly Place[] = ['check', 'configuration', 'command'];

/** Why a converter of a sample cannot stand at a place; undefined when all can. */
function findConverterProblem({ conversions }: Sample, place: Place): string | undefined {
  if (!withoutMaps.includes(place)) return undefined;
  for (const { converter } of conversions) {
    const { name } = converter;
    if (mapLookupOf(name) !== undefined) return `"${name}" needs a map, which is not there in ${placeNames[place]}`;
    if (place === 'configuration' && /^(?:nbsrv|srv_queue|in_table|table_.*)$/.test(name)) {
      return `"${name}" ${findPlaceProblem('node', place)}`;
    }
  }
  return undefined;
}

/** The conversions that follow a fetch at `at`. */
export function readConversions(
  text: string,
  at: number,
  fetch: Fetch,
  args: Arguments,
): { sample: Sample; end: number } {
  const conversions: Conversion[] = [];
  let type: SampleType = fetch.type;
  let end = at;
  while (text[end] === ',') {
    const start = end + 1;
    const { name, end: nameEnd } = readName(text, start);
    const converter = findConverter(name, start);
    if (!canBecome(type, converter.input)) {
      const made = `"${name}" converts a sample of type ${typeNames[converter.input]}`;
      throw new LanguageError(start + 1, `${made}, not ${typeNames[type]}`);
    }
    const call = readCall(text, nameEnd, converter, start);
    checkFlags(converter, call.args, start);
    type = outputOf(converter, call.args, type);
    conversions.push({ converter, arguments: call.args, type });
    end = call.end;
  }
  return { sample: { fetch, arguments: args, conversions, type }, end };
}

function outputOf({ output, typedOutput }: Converter, args: Arguments, input: SampleType): SampleType {
  if (typedOutput !== undefined && args.at(-1) !== undefined) return typedOutput;
  return output === 'same' ? input : output;
}

/** A text that is one sample and nothing more. */
export function parseSample(text: string, place?: Place): Sample {
  const { sample, end } = readSample(text, 0, place);
  if (end < text.length) throw new LanguageError(end + 1, `"${text.slice(end)}" follows a sample that is complete`);
  return sample;
}

export function readName(text: string, start: number): { name: string; end: number } {
  let end = start;
  while (end < text.length && !'(),] \t'.includes(text.charAt(end))) end++;
  return { name: text.slice(start, end), end };
}

export function findFetch(name: string, start: number): Fetch {
  const fetch = fetches.get(name);
  if (fetch !== undefined) return fetch;
  if (name === '') throw new LanguageError(start + 1, 'the name of a fetch is missing, such as req.hdr(host)');
  const missing = findMissingFeature(name);
  if (missing !== undefined) throw new LanguageError(start + 1, `"${name}" needs ${missing}, which Sluice has not got`);
  throw new LanguageError(start + 1, `unknown fetch "${name}"${hint(name, fetches.keys())}`);
}

function findConverter(name: string, start: number): Converter {
  const converter = converters.get(name);
  if (converter !== undefined) return converter;
  if (name === '') throw new LanguageError(start + 1, 'the name of a converter is missing after ","');
  const missing = findMissingConverter(name);
  if (missing !== undefined) throw new LanguageError(start + 1, `"${name}" needs ${missing}, which Sluice has not got`);
  throw new LanguageError(start + 1, `unknown converter "${name}"${hint(name, converters.keys())}`);
}

/** The arguments after a name that began at `start`. */
export function readCall(
  text: string,
  at: number,
  called: Fetch | Converter,
  start: number,
): { args: Arguments; end: number } {
  const { args: raw, end } = text[at] === '(' ? readArguments(text, at) : { args: [], end: at };
  const args = checkArguments(called, raw, start);
  if (/payload_lv$/.test(called.name)) checkLengthValue(args, start);
  return { args, end };
}

function checkArguments(called: Fetch | Converter, given: readonly RawArgument[], start: number): Arguments {
  const specs = called.arguments;
  const extra = given[specs.length];
  if (extra !== undefined) {
    const most = specs.length === 0 ? 'takes no argument' : `takes no more arguments than ${signature(called)}`;
    throw new LanguageError((specs.length === 0 ? start : extra.start) + 1, `"${called.name}" ${most}`);
  }
  return specs.map((spec, index) => checkArgument(called, spec, given[index], start));
}

function checkArgument(
  called: Fetch | Converter,
  spec: ArgumentSpec,
  given: RawArgument | undefined,
  start: number,
): string | undefined {
  const isEmpty = given === undefined || given.text === '';
  if (isEmpty && spec.type === 'operand') return '0';
  const takesEmpty = spec.type === 'string' || spec.type === 'jwt-key';
  if (isEmpty && !(takesEmpty && given !== undefined)) {
    if (spec.optional) return undefined;
    throw new LanguageError(start + 1, `"${called.name}" needs its argument ${spec.name}: ${signature(called)}`);
  }
  const problem = findArgumentProblem(spec, given.text);
  if (problem !== undefined) throw new LanguageError(given.start + 1, problem);
  return given.text;
}

/** Where a length stands, of how many bytes it is, and where what it counts begins (manual 2.6, "req.payload_lv"). */
function checkLengthValue([offset = '0', length = '0', from]: Arguments, start: number): void {
  if (Number(offset) < 0) throw new LanguageError(start + 1, 'the offset of the length is below 0');
  if (Number(length) < 1) throw new LanguageError(start + 1, 'the length has at least one byte');
  const isRelative = from?.startsWith('+') === true || from?.startsWith('-') === true;
  if (isRelative && Number(offset) + Number(length) + Number(from) < 0) {
    throw new LanguageError(start + 1, `the offset "${from}" leads before the first byte`);
  }
}

/** What only several arguments tell together. */
function checkFlags({ name }: Converter, args: Arguments, start: number): void {
  if ((name === 'field' || name === 'word') && Number(args[0]) === 0) {
    throw new LanguageError(start + 1, `"${name}" counts from 1, or from -1 at the end`);
  }
  const mqttProblem = name === 'mqtt_field_value' ? findMqttFieldProblem(args[0] ?? '', args[1] ?? '') : undefined;
  if (mqttProblem !== undefined) throw new LanguageError(start + 1, mqttProblem);
  if (name === 'regsub' && args[2]?.includes('i') === true) {
    const problem = findRegexProblem(args[0] ?? '', true);
    if (problem !== undefined) throw new LanguageError(start + 1, problem);
  }
  if (name === 'add_item' && (args[1] ?? '') === '' && (args[2] ?? '') === '') {
    throw new LanguageError(start + 1, '"add_item" needs a variable or a suffix to add');
  }
  if (name === 'when' && (args[0]?.endsWith('acl') === true) !== (args[1] !== undefined)) {
    const problem =
      args[1] === undefined
        ? '"when(acl)" needs the name of an ACL'
        : 'only the condition "acl" takes the name of an ACL';
    throw new LanguageError(start + 1, problem);
  }
  if (name === 'be2dec' || name === 'be2hex' || name === 'le2dec') checkChunks(name, args, start);
}

/** What the bytes are cut into. */
function checkChunks(
  name: 'be2dec' | 'be2hex' | 'le2dec',
  [separator, size = '0', truncate = '0']: Arguments,
  start: number,
): void {
  const bytes = Number(size);
  if (name !== 'be2hex' ? bytes < 1 || bytes > 8 : bytes < 0 || (bytes === 0 && (separator ?? '') !== '')) {
    throw new LanguageError(
      start + 1,
      `"${name}" needs ${name !== 'be2hex' ? 'a size of 1 to 8' : 'a size above 0'}, not ${size}`,
    );
  }
  if (truncate !== '0' && truncate !== '1') {
    throw new LanguageError(start + 1, `"${name}" truncates with 1 and does not with 0, not ${truncate}`);
  }
}

/** The converters that look a sample up in a map, for each way to compare and each type of value (configuration manual 2.6, 7.3.1). */
import type { SampleType } from './sample-types.ts';

/** How keys of a map are compared; "regm" is "reg" with references to groups in the value. */
export type MapMatch = 'str' | 'beg' | 'sub' | 'dir' | 'dom' | 'end' | 'reg' | 'regm' | 'int' | 'ip';

/** What the values of a map are. */
export type MapOutput = 'str' | 'int' | 'ip';

export interface MapLookup {
  readonly match: MapMatch;
  readonly output: MapOutput;
}

const matches: readonly MapMatch[] = ['str', 'beg', 'sub', 'dir', 'dom', 'end', 'reg', 'regm', 'int', 'ip'];
const outputs: readonly MapOutput[] = ['str', 'int', 'ip'];

const inputTypes: Readonly<Partial<Record<MapMatch, SampleType>>> = { int: 'sint', ip: 'addr' };
const outputTypes: Readonly<Record<MapOutput, SampleType>> = { str: 'str', int: 'sint', ip: 'addr' };
const defaults: Readonly<Record<MapOutput, string>> = {
  str: 'default?',
  int: 'default?:integer',
  ip: 'default?:address',
};

const names = (match: MapMatch, output: MapOutput): string[] => {
  if (output !== 'str') return match === 'regm' ? [] : [`map_${match}_${output}`];
  return match === 'str' ? ['map', 'map_str'] : [`map_${match}`];
};

const lookups: ReadonlyMap<string, MapLookup> = new Map(
  outputs.flatMap((output) =>
    matches.flatMap((match) => names(match, output).map((name): [string, MapLookup] => [name, { match, output }])),
  ),
);

/** What a converter looks up and how; undefined for one that uses no map. */
export function mapLookupOf(converter: string): MapLookup | undefined {
  return lookups.get(converter);
}

const compared: Readonly<Record<MapMatch, string>> = {
  str: 'is the sample',
  beg: 'is the longest that the sample begins with',
  sub: 'is the first that is in the sample',
  dir: 'is the first that stands between "/" and "?" in the sample',
  dom: 'is the first that stands between ".", "/", ":" and "?" in the sample',
  end: 'is the first that the sample ends with',
  reg: 'is the first regular expression that matches',
  regm: 'is the first regular expression that matches, with its groups in place of "\\1"',
  int: 'is the first number or range that the sample is in',
  ip: 'is the smallest network that the address is in',
};
const values: Readonly<Record<MapOutput, string>> = { str: 'The value', int: 'The number', ip: 'The address' };

/** Their entries of the catalogue. */
export const mapConverters = [...lookups].map(
  ([name, { match, output }]) =>
    [
      name,
      ['map:map', defaults[output]],
      inputTypes[match] ?? 'str',
      outputTypes[output],
      `${values[output]} that a map has for the key that ${compared[match]}, or the default.`,
    ] as const,
);

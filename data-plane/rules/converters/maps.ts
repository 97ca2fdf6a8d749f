/** Converters that look a sample up in a map, and the test of an ACL whose patterns are in files. */
import type { IpAddress } from '../../../shared/address.ts';
import { type MapLookup, type MapOutput, mapConverters, mapLookupOf } from '../../../shared/language/map-converters.ts';
import type { MatchMethod } from '../../../shared/language/match-methods.ts';
import type { PatternSource } from '../../../shared/language/parse-acl.ts';
import { expandReferences, toBytes } from '../../../shared/language/regular-expression.ts';
import type { IndexMethod, PatternIndex } from '../../patterns/pattern-index.ts';
import type { RegexIndex } from '../../patterns/regex-index.ts';
import type { Convert, ConverterCompiler, ConverterCompilers, ValueTest } from '../compiled.ts';
import { asAddress, type MaybeValue, textToInteger } from '../sample-value.ts';

export const mapLookups: ConverterCompilers = Object.fromEntries(
  mapConverters.map(([name]) => [name, compileLookup(mapLookupOf(name) as MapLookup)]),
);

function compileLookup({ match, output }: MapLookup): ConverterCompiler {
  return ([name = '', fallback]) => {
    const read = valueReader(output);
    const otherwise = fallback === undefined ? undefined : read(toBytes(fallback));
    return match === 'regm' ? expandMatch(name, otherwise) : lookUp(name, match, read, otherwise);
  };
}

function lookUp(name: string, method: IndexMethod, read: (text: string) => MaybeValue, otherwise: MaybeValue): Convert {
  let index: PatternIndex | undefined;
  return (value, { environment }) => {
    index ??= environment.patterns.index('map', name, method, false);
    const entry = index.find(value);
    return entry === undefined ? otherwise : read(entry.value);
  };
}

function expandMatch(name: string, otherwise: MaybeValue): Convert {
  let index: RegexIndex | undefined;
  return (value, { environment }) => {
    index ??= environment.patterns.index('map', name, 'reg', false) as RegexIndex;
    const entry = index.find(value);
    return entry === undefined ? otherwise : expandReferences(entry.value, index.groupsOf(entry, value as string));
  };
}

/** Texts of addresses that were read before; a map has few different values. */
const mostKnown = 1_000;

function valueReader(output: MapOutput): (text: string) => MaybeValue {
  if (output === 'str') return (text) => text;
  if (output === 'int') return (text) => textToInteger(text) ?? 0;
  const known = new Map<string, IpAddress>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const address = asAddress(text);
    if (address === undefined) return undefined;
    if (known.size >= mostKnown) known.clear();
    known.set(text, address);
    return address;
  };
}

/** A test that holds when a file has an entry that the sample meets. */
export function compileFileTest({ kind, name, ignoreCase }: PatternSource, match: MatchMethod | 'meth'): ValueTest {
  if (match === 'found' || match === 'bool') throw new Error(`"${match}" compares with no patterns`);
  let index: PatternIndex | undefined;
  return (value, { environment }) => {
    index ??= environment.patterns.index(kind, name, match, ignoreCase);
    return index.find(value) !== undefined;
  };
}

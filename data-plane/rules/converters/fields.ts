/** Converters that take a part of a text by number. */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { parseInteger } from '../sample-value.ts';

/** Field number `index` and `count` - 1 more, 0 for all, counted from the end for an index below 0. */
function field(index: number, delimiters: string, count: number): Convert {
  const isDelimiter = (text: string, at: number) => delimiters.includes(text.charAt(at));
  if (index > 0) {
    return (value) => {
      const text = value as string;
      let start = 0;
      for (let left = index - 1; left > 0; left--) {
        while (start < text.length && !isDelimiter(text, start)) start++;
        if (start === text.length) return undefined;
        start++;
      }
      if (count === 0) return text.slice(start);
      let end = start;
      for (let left = count; end < text.length; end++) if (isDelimiter(text, end) && --left === 0) break;
      return text.slice(start, end);
    };
  }
  return (value) => {
    const text = value as string;
    let end = text.length;
    for (let left = -index - 1; left > 0; left--) {
      while (end > 0 && !isDelimiter(text, end - 1)) end--;
      if (end === 0) return undefined;
      end--;
    }
    if (count === 0) return text.slice(0, end);
    let start = end;
    for (let left = count; start > 0; start--) if (isDelimiter(text, start - 1) && --left === 0) break;
    return text.slice(start, end);
  };
}

/** As a field, where a run of delimiters is one and those at the ends are none; "" without such a word. */
function word(index: number, delimiters: string, count: number): Convert {
  // A count below 0 is never reached.
  const all = count <= 0;
  return (value) => {
    const text = value as string;
    const words = findWords(text, delimiters);
    const at = index > 0 ? index - 1 : words.length + index;
    const found = words[at];
    if (found === undefined) return '';
    if (index > 0) {
      const last = all ? words.length - 1 : Math.min(words.length - 1, at + count - 1);
      return text.slice(found.start, all ? text.length : (words[last]?.end ?? found.end));
    }
    const first = all ? 0 : Math.max(0, at - count + 1);
    return text.slice(all ? 0 : (words[first]?.start ?? found.start), found.end);
  };
}

function findWords(text: string, delimiters: string): { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  for (let at = 0; at < text.length; ) {
    while (at < text.length && delimiters.includes(text.charAt(at))) at++;
    const start = at;
    while (at < text.length && !delimiters.includes(text.charAt(at))) at++;
    if (at > start) words.push({ start, end: at });
  }
  return words;
}

export const fieldConverters: ConverterCompilers = {
  field: ([index = '1', delimiters = '', count = '1']) =>
    field(Number(parseInteger(index)), toBytes(delimiters), Number(parseInteger(count))),
  word: ([index = '1', delimiters = '', count = '1']) =>
    word(Number(parseInteger(index)), toBytes(delimiters), Number(parseInteger(count))),
};

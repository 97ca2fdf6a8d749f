/** Regular expressions that take time linear in their input whatever the pattern: RE2's language, which has no backtracking. */
import { RE2JS } from 're2js';

/** What a match holds: the whole, then its groups; undefined for a group that took no part. */
export type Groups = readonly (string | undefined)[];

/** Texts are matched byte by byte: they hold one character for each byte. */
export class RegularExpression {
  readonly #regex: RE2JS;

  /** Throws RE2's own errors; {@link findRegexProblem} says them in plain words. */
  constructor(pattern: string, ignoreCase: boolean) {
    this.#regex = RE2JS.compile(toBytes(pattern), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  }

  test(text: string): boolean {
    return this.#regex.test(text);
  }

  /** The first match anywhere in the text. */
  match(text: string): Groups | undefined {
    const matcher = this.#regex.matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
  }

  /** The text with its first match, or all, replaced by what `replace` makes of the groups. */
  replace(text: string, all: boolean, replace: (group: (number: number) => string) => string): string {
    const matcher = this.#regex.matcher(text);
    const group = (number: number) => (number > matcher.groupCount() ? '' : (matcher.group(number) ?? ''));
    let result = '';
    let end = 0;
    let found = false;
    while (matcher.find()) {
      found = true;
      result += text.slice(end, matcher.start()) + replace(group);
      end = matcher.end();
      if (!all) break;
    }
    return found ? result + text.slice(end) : text;
  }
}

/**
 * A replacement in which "\\0" to "\\9" stand for groups and "\\x2c" for a byte; any other character after "\\" stands for
 * itself. undefined for one that ends behind "\\" or within "\\x2c", which comes to nothing in HAProxy too.
 */
export function expandReferences(replacement: string, groups: Groups): string | undefined {
  if (!replacement.includes('\\')) return replacement;
  if (/(?<!\\)(?:\\\\)*\\(?:x.?)?$/s.test(replacement)) return undefined;
  return replacement.replaceAll(/\\(x[0-9A-Fa-f]{2}|[\s\S])/g, (_all, what: string) => {
    if (what.length > 1) return String.fromCharCode(Number.parseInt(what.slice(1), 16));
    return what >= '0' && what <= '9' ? (groups[Number(what)] ?? '') : what;
  });
}

/** A text of the configuration as bytes of UTF-8, one character each, as traffic has them. */
export function toBytes(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 127) return utf8(text);
  }
  return text;
}

function utf8(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

const onlyBacktracking: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'looking ahead or behind, "(?=", "(?!" or "(?<="'],
  [/(?<!\\)(?:\\\\)*\\[1-9]/, 'a reference back to a group, such as "\\1"'],
  [/\(\?>/, 'an atomic group, "(?>"'],
  [/[*+?}]\+/, 'a possessive quantifier, such as "a++"'],
];

/** Why a pattern cannot be used; undefined when it can. */
export function findRegexProblem(pattern: string, ignoreCase: boolean): string | undefined {
  try {
    new RegularExpression(pattern, ignoreCase);
    return undefined;
  } catch (error) {
    for (const [sign, what] of onlyBacktracking) {
      if (sign.test(pattern)) {
        return `the regular expression "${pattern}" has ${what}, which cannot be matched in linear time`;
      }
    }
    return `"${pattern}" is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

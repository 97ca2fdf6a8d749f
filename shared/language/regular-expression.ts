/**
 * Regular expressions of RE2's language, which take time linear in the text whatever the pattern and the text. Those that V8
 * matches in linear time too are run by V8, which is many times faster.
 */
import { type Engine, type Groups, nativeEngine, Re2Engine, type Replacement } from './regex-engines.ts';
import { readRegex, withoutLead } from './regex-tree.ts';

export type { Groups };

/** Texts are matched byte by byte: they hold one character for each byte. */
export class RegularExpression {
  readonly #engine: Engine;
  /** Tells whether there is a match, but not which. */
  readonly #tester: Engine;

  /** Throws RE2's own errors; {@link findRegexProblem} says them in plain words. */
  constructor(pattern: string, ignoreCase: boolean) {
    const bytes = toBytes(pattern);
    const tree = readRegex(bytes, ignoreCase);
    this.#engine = nativeEngine(tree) ?? new Re2Engine(bytes, ignoreCase);
    this.#tester = tree === undefined ? this.#engine : (nativeEngine(withoutLead(tree)) ?? this.#engine);
  }

  /** Whether it matches anywhere in the text. */
  test(text: string): boolean {
    return this.#tester.test(text);
  }

  /** The first match anywhere in the text. */
  match(text: string): Groups | undefined {
    return this.#engine.match(text);
  }

  /** The text with its first match, or all, replaced by what `replace` makes of the groups. */
  replace(text: string, all: boolean, replace: Replacement): string {
    return this.#engine.replace(text, all, replace);
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

const escaped = '\\\\[!-/:-@[-`{-~dDsSwW]';
const character = `[\\w /:;,=@%&!#~'"<>\\x80-\\xff.-]|${escaped}`;
const set = `\\[\\^?(?:0-9|A-Z|a-z|[\\w /:;,=@%&!#~'"<>\\x80-\\xff.|*+?$()]|${escaped})+\\]`;
const group = `\\((?:\\?:)?(?:(?:${character}|${set})[*+?]?|\\|)*\\)`;
/** Most patterns: characters, dots, sets and groups of them, each with a quantifier or none. */
const plain = new RegExp(`^\\^?(?:(?:${character}|${set}|${group})(?:[*+?]|\\{\\d\\d?,?\\})?)*\\$?$`);

/** Why a pattern cannot be used; undefined when it can. */
export function findRegexProblem(pattern: string, ignoreCase: boolean): string | undefined {
  try {
    const bytes = toBytes(pattern);
    if (!plain.test(bytes) && readRegex(bytes, ignoreCase) === undefined) new Re2Engine(bytes, ignoreCase);
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

/** Regular expressions that take time linear in their input whatever the pattern: RE2's language, which has no backtracking. */
import { RE2JS } from 're2js';

export type RegularExpression = RE2JS;

/** Compiles a pattern; texts are matched byte by byte, so both hold one character for each byte. Throws RE2's own errors. */
export function compileRegex(pattern: string, ignoreCase: boolean): RegularExpression {
  return RE2JS.compile(toBytes(pattern), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
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
    compileRegex(pattern, ignoreCase);
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

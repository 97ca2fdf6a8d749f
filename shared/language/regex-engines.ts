/** The two engines that run regular expressions, with the same results. */
import { RE2JS } from 're2js';
import { isLinear } from './regex-cost.ts';
import type { RegexNode } from './regex-tree.ts';
import { writeRegex } from './write-regex.ts';

/** What a match holds: the whole, then its groups; undefined for a group that took no part. */
export type Groups = readonly (string | undefined)[];

/** Makes the text that stands in place of a match; groups that took no part, or are not there, are empty. */
export type Replacement = (group: (number: number) => string) => string;

export interface Engine {
  test(text: string): boolean;
  match(text: string): Groups | undefined;
  replace(text: string, all: boolean, replace: Replacement): string;
}

/** RE2 in JavaScript: it tries all ways to match at the same time. */
export class Re2Engine implements Engine {
  readonly #regex: RE2JS;

  /** Throws RE2's own errors. */
  constructor(pattern: string, ignoreCase: boolean) {
    this.#regex = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  }

  test(text: string): boolean {
    return this.#regex.test(text);
  }

  match(text: string): Groups | undefined {
    const matcher = this.#regex.matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
  }

  replace(text: string, all: boolean, replace: Replacement): string {
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

/** V8's own engine. */
class NativeEngine implements Engine {
  readonly #first: RegExp;
  readonly #all: RegExp;

  constructor(tree: RegexNode) {
    this.#first = new RegExp(writeRegex(tree));
    this.#all = new RegExp(this.#first, 'g');
  }

  test(text: string): boolean {
    return this.#first.test(text);
  }

  match(text: string): Groups | undefined {
    return this.#first.exec(text) ?? undefined;
  }

  replace(text: string, all: boolean, replace: Replacement): string {
    // Behind the groups stand the place of the match and the whole text.
    return text.replace(all ? this.#all : this.#first, (...found: unknown[]) =>
      replace((number) => (number < found.length - 2 ? String(found[number] ?? '') : '')),
    );
  }
}

/** Undefined for a pattern on which V8 may take more than linear time, and for one that it would read otherwise. */
export function nativeEngine(tree: RegexNode | undefined): Engine | undefined {
  return tree !== undefined && isLinear(tree) ? new NativeEngine(tree) : undefined;
}

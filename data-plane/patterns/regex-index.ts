/** Regular expressions of a file: they are tried in order, as HAProxy does, each in time linear in the sample. */
import { type Groups, RegularExpression } from '../../shared/language/regular-expression.ts';
import type { PatternEntry } from '../../shared/patterns/pattern-list.ts';
import type { Value } from '../rules/sample-value.ts';
import type { PatternIndex } from './pattern-index.ts';

export class RegexIndex implements PatternIndex {
  readonly #ignoreCase: boolean;
  readonly #expressions = new Map<PatternEntry, RegularExpression>();

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  insert(entry: PatternEntry): void {
    try {
      // Entries are texts of bytes already.
      const pattern = Buffer.from(entry.key, 'latin1').toString();
      this.#expressions.set(entry, new RegularExpression(pattern, this.#ignoreCase));
    } catch {
      // What is no expression matches nothing.
    }
  }

  remove(entry: PatternEntry): void {
    this.#expressions.delete(entry);
  }

  clear(): void {
    this.#expressions.clear();
  }

  find(value: Value): PatternEntry | undefined {
    for (const [entry, expression] of this.#expressions) if (expression.test(value as string)) return entry;
    return undefined;
  }

  /** What the groups of an entry's expression match. */
  groupsOf(entry: PatternEntry, value: string): Groups {
    return this.#expressions.get(entry)?.match(value) ?? [];
  }
}

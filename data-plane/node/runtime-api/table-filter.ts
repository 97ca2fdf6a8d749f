/** Reads which entries of a stick table a command is about: "data.<type> <operator> <value>", up to four times. */
import { findStickDataType } from '../../../shared/model/stick-data.ts';
import type { StickEntry } from '../../tables/stick-entry.ts';
import type { StickTable } from '../../tables/stick-table.ts';
import type { Field } from '../../tables/table-layout.ts';

export interface EntryFilter {
  /** Whether an entry passes every test. */
  matches(entry: StickEntry): boolean;
}

const operators: Readonly<Record<string, (value: number, than: number) => boolean>> = {
  eq: (value, than) => value === than,
  ne: (value, than) => value !== than,
  le: (value, than) => value <= than,
  ge: (value, than) => value >= than,
  lt: (value, than) => value < than,
  gt: (value, than) => value > than,
};

const mostTests = 4;
/** Words before the first test: "show table <name>". */
const wordsBefore = 3;

/** What the words say, or what is wrong with them. */
export function readFilter(table: StickTable, words: readonly string[]): EntryFilter | { problem: string } {
  const tests: { field: Field; holds: (value: number, than: number) => boolean; than: number }[] = [];
  for (let at = 0; at < words.length; at += 3) {
    const number = tests.length + 1;
    if (number > mostTests) {
      const place = `${at + wordsBefore + 1}th word of input, after '${words[at - 1]}'`;
      return { problem: `Detected extra data in filter, ${place}` };
    }
    const [word = '', operator = '', value = ''] = words.slice(at, at + 3);
    const problem = (text: string) => ({ problem: `Filter entry #${number}: ${text}` });
    const name = word.startsWith('data.') ? word.slice('data.'.length) : undefined;
    const field = name === undefined ? undefined : table.layout.fields.find(({ type }) => type === name);
    if (name !== undefined && findStickDataType(name) === undefined) return problem('Unknown data type');
    if (name !== undefined && field === undefined) return problem('Data type not stored in this table');
    const holds = operators[operator];
    if (field === undefined || holds === undefined) {
      return problem('Require and operator among "eq", "ne", "le", "ge", "lt", "gt"');
    }
    if (!/^-?[0-9]+$/.test(value)) return problem('Require a valid integer value to compare against');
    tests.push({ field, holds, than: Number(value) });
  }
  return { matches: (entry) => tests.every(({ field, holds, than }) => holds(table.read(entry, field), than)) };
}

/** Tells configs of which the reader itself makes sure that they fit their schema. */

const longestText = 100;
const greatestNumber = 1_000_000;

/** Most elements of lists that have few; the others may have so many that a file of them would be read for minutes. */
const longestLists: Readonly<Record<string, number>> = {
  binds: 1_000,
  headers: 50,
  logs: 50,
  or: 1_000,
  statsSockets: 32,
};
const longestList = 10_000;

/**
 * Whether nothing in a config that was read is out of the ordinary. The reader makes no fields, words or combinations that
 * the schema does not know; what it takes from a file as it stands can only be too long, too many, too great, or of
 * characters that do not belong. Loading the schemas costs more than reading most files, so an ordinary config is not
 * held against them when a file is only to be checked.
 */
export function isOrdinary(value: unknown, limit = longestList): boolean {
  switch (typeof value) {
    case 'string':
      return value.length > 0 && value.length <= longestText && /^[\x20-\x7e]*$/.test(value);
    case 'number':
      return Number.isInteger(value) && value >= 0 && value <= greatestNumber;
    case 'object':
      if (value === null) return true;
      if (Array.isArray(value)) return value.length <= limit && value.every((item) => isOrdinary(item));
      for (const field in value) {
        if (!isOrdinary((value as Record<string, unknown>)[field], longestLists[field])) return false;
      }
      return true;
    default:
      return true;
  }
}

/** Checks that no two resources of a list have one name. */

/** Reports each name that an earlier item of the list at `pointer` has already. */
export function checkUniqueNames(
  items: readonly { name: string }[],
  pointer: string,
  report: (pointer: string, detail: string) => void,
): void {
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const first = seen.get(item.name);
    if (first !== undefined)
      report(`${pointer}/${index}/name`, `"${item.name}" is already the name of ${pointer}/${first}`);
    else seen.set(item.name, index);
  }
}

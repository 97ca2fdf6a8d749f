/** The known word nearest to a misspelt one, by the letters and pairs of letters that they share, as HAProxy has it. */

/**
 * The word whose letters and pairs differ least, the first one of several. None is near when the distance exceeds twice
 * the length of either word. An edit distance (shared/language/suggest.ts) would miss swapped letters in short words
 * ("dney"), rearranged parts ("sslmaxconn") and beginnings of words ("splice"), all of which HAProxy recognizes.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const pieces = countPieces(word);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const distance = distanceOf(pieces, countPieces(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best !== undefined && bestDistance <= 2 * Math.min(word.length, best.length) ? best : undefined;
}

/** How much two texts differ by that measure; 0 for the same letters and pairs. */
export function wordDistance(left: string, right: string): number {
  return distanceOf(countPieces(left), countPieces(right));
}

/** Which letters occur, and how often each pair of neighbours does; the edges of the word are neighbours too. */
function countPieces(word: string): Map<string, number> {
  const letters = word
    .toLowerCase()
    .replace(/[0-9]/g, '0')
    .replace(/[^a-z0]/g, '-');
  const pieces = new Map([...letters].map((letter) => [letter, 1]));
  for (const pair of pairsOf(`-${letters}-`)) pieces.set(pair, (pieces.get(pair) ?? 0) + 1);
  return pieces;
}

function pairsOf(letters: string): string[] {
  return Array.from({ length: letters.length - 1 }, (_, index) => letters.slice(index, index + 2));
}

/** The sum of the differences of the counts. */
function distanceOf(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let distance = 0;
  for (const piece of new Set([...left.keys(), ...right.keys()])) {
    distance += Math.abs((left.get(piece) ?? 0) - (right.get(piece) ?? 0));
  }
  return distance;
}

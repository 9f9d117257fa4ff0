/** The Levenshtein distance: insertions, deletions and substitutions. Takes quadratic time, so use short texts only. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const nextRow = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      nextRow.push(Math.min((row[j] ?? 0) + 1, (nextRow[j - 1] ?? 0) + 1, substitution));
    }
    row = nextRow;
  }
  return row[b.length] ?? 0;
}

const MAX_WORD_LENGTH = 60;

/** Finds the word that was probably intended. Returns undefined if no word, or more than one, is equally close. */
export function findClosestWord(
  word: string,
  candidates: readonly string[],
  maxDistance: number,
): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const lowerCase = word.toLowerCase();
  const [closest, second] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(lowerCase, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance);
  return closest && closest.distance !== second?.distance ? closest.candidate : undefined;
}

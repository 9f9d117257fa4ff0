import { diffArrays } from 'diff';

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** With more changed lines than this the two texts are unrelated, and computing a minimal diff takes too long. */
const MAX_CHANGES = 1000;

/** Computes a minimal line diff. In each change the removed lines come before the added ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const beforeLines = before.split(/\r?\n/);
  const afterLines = after.split(/\r?\n/);
  const parts = diffArrays(beforeLines, afterLines, { maxEditLength: MAX_CHANGES });
  if (parts === undefined) return [...toDiff('removed', beforeLines), ...toDiff('added', afterLines)];
  return parts.flatMap(({ added, removed, value }) =>
    toDiff(added ? 'added' : removed ? 'removed' : 'same', value),
  );
}

const toDiff = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] =>
  lines.map((text) => ({ kind, text }));

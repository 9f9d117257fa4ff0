import { diffArrays } from 'diff';

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Beyond this many changed lines the texts have nothing to do with each other, and finding the least difference costs too much. */
const MOST_CHANGES = 1000;

/**
 * How one text becomes another, line by line, with as few changed lines as can be. Of a change the removed lines come
 * first.
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, young] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const parts = diffArrays(old, young, { maxEditLength: MOST_CHANGES });
  if (parts === undefined) return [...as('removed', old), ...as('added', young)];
  return parts.flatMap(({ added, removed, value }) =>
    as(added ? 'added' : removed ? 'removed' : 'same', value),
  );
}

const as = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] =>
  lines.map((text) => ({ kind, text }));

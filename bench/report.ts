export interface Row {
  name: string;
  ours: string;
  baseline: string;
  /** Ours beside the baseline, the median of the rounds. */
  ratio: number;
  /** What the ratio should reach; null: nothing is aimed at. */
  aim: number | null;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Rows of a Markdown table, as bench/README.md has them. */
export function table(rows: Row[]): string {
  return [
    '| benchmark | Countersign | baseline | ratio | aim |',
    '|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.name} | ${row.ours} | ${row.baseline} | ${row.ratio.toFixed(2)} | ${row.aim ?? 'none'} |`,
    ),
  ].join('\n');
}

export interface Row {
  name: string;
  countersign: string;
  baseline: string;
  /** The median over all rounds of Countersign's rate divided by the baseline's. */
  ratio: number;
  /** The ratio to reach, or null if there is no target. */
  target: number | null;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Formats the Markdown table of bench/README.md. */
export function formatTable(rows: Row[]): string {
  return [
    '| benchmark | Countersign | baseline | ratio | target |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ name, countersign, baseline, ratio, target }) =>
        `| ${name} | ${countersign} | ${baseline} | ${ratio.toFixed(2)} | ${target ?? 'none'} |`,
    ),
  ].join('\n');
}

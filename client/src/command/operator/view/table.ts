import type { View } from '../command.ts';
import { colorStatus, emphasize } from './color.ts';
import { pad, toPrintableLine, truncate, widthOf } from './text.ts';

export interface Column<Row> {
  title: string;
  cell(row: Row, view: View): string;
  /** Its texts may be cut. IDs are never cut, because they are copied. */
  isFlexible?: boolean;
  /** Left out where the terminal is too narrow, the last one first. */
  isOptional?: boolean;
  /** Its texts are statuses, which have colors. */
  isStatus?: boolean;
}

const GAP = '  ';
const MIN_FLEXIBLE_WIDTH = 12;

/** Formats rows with aligned columns, as wide as the terminal at most. Elsewhere nothing is cut. Without rows it is empty. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], view: View): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map(({ cell }) => toPrintableLine(cell(row, view))));
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = fitColumns(columns, natural, view.terminal?.columns ?? Number.POSITIVE_INFINITY);
  const titles = emphasize(
    formatRow(
      columns.map(({ title }) => title),
      widths,
    ),
    view.terminal,
  );
  const lines = cells.map((row) =>
    formatRow(row, widths, (text, index) =>
      columns[index]?.isStatus ? colorStatus(text, row[index] ?? '', view.terminal) : text,
    ),
  );
  return [titles, ...lines, ''].join('\n');
}

/** Formats one row; a column of width 0 is left out. */
function formatRow(
  row: readonly string[],
  widths: readonly number[],
  decorate = (text: string, _index: number): string => text,
): string {
  const shown = [...row.keys()].filter((index) => widths[index] !== 0);
  return shown
    .map((index) => {
      const width = widths[index] ?? 0;
      const text = truncate(row[index] ?? '', width);
      return decorate(index === shown.at(-1) ? text : pad(text, width), index);
    })
    .join(GAP)
    .trimEnd();
}

/** The width of each column; 0: it is left out. */
export function fitColumns(
  columns: readonly Pick<Column<never>, 'isFlexible' | 'isOptional'>[],
  natural: readonly number[],
  available: number,
): number[] {
  const widths = columns.map(({ isFlexible }, index) =>
    isFlexible ? Math.min(natural[index] ?? 0, MIN_FLEXIBLE_WIDTH) : (natural[index] ?? 0),
  );
  for (let index = columns.length - 1; index >= 0 && totalOf(widths) > available; index--) {
    if (columns[index]?.isOptional) widths[index] = 0;
  }
  const canGrow = (index: number): boolean =>
    widths[index] !== 0 && (widths[index] ?? 0) < (natural[index] ?? 0);
  // The narrowest grows first, so that a long text takes no room from short ones.
  for (let spare = available - totalOf(widths); spare > 0; spare--) {
    const growing = [...columns.keys()].filter(canGrow);
    if (growing.length === 0) break;
    const narrowest = growing.reduce((a, b) => ((widths[b] ?? 0) < (widths[a] ?? 0) ? b : a));
    widths[narrowest] = (widths[narrowest] ?? 0) + 1;
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, GAP.length * Math.max(0, shown.length - 1));
}

import type { View } from '../command.ts';
import { colorStatus, emphasize } from './color.ts';
import { pad, toPrintable, toPrintableLine, widthOf, wrap } from './text.ts';

/** A label with its value, in the color of a status if it shows one. Without a value it is left out. */
export type Field = [label: string, value: string | null | undefined, status?: string];

/** Formats labels and values below each other. Values are never cut. */
export function formatFields(fields: readonly Field[], { terminal }: View): string {
  const width = Math.max(...fields.map(([label]) => widthOf(label)));
  return fields
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value, status = '']) => {
      const text = colorStatus(toPrintableLine(value ?? ''), status, terminal);
      return `${emphasize(pad(label, width), terminal)}  ${text}\n`;
    })
    .join('');
}

const MAX_TEXT_WIDTH = 100;

/** Formats a text as lines of a readable length. */
export function formatText(text: string, { terminal }: View, prefix = ''): string {
  const width = Math.min(terminal?.columns ?? MAX_TEXT_WIDTH, MAX_TEXT_WIDTH) - prefix.length;
  const lines = wrap(toPrintable(text), width);
  return lines.map((line, index) => `${index === 0 ? prefix : ' '.repeat(prefix.length)}${line}\n`).join('');
}

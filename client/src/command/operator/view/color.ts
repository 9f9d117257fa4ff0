import type { Terminal } from '../../command-io.ts';

/** The parameters of "select graphic rendition" (ECMA-48). */
const SGR = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], gray: [90, 39] } as const;

/** What needs attention is red; what may be intended, or is about to change, is yellow. */
const STATUS_COLORS: Readonly<Record<string, keyof typeof SGR>> = {
  verified: 'green',
  active: 'green',
  working: 'green',
  pending: 'yellow',
  suspended: 'yellow',
  unknown: 'yellow',
  insecure: 'red',
  unreachable: 'red',
  failing: 'red',
  disabled: 'gray',
  offboarded: 'gray',
};

/** Colors a text that shows a status. */
export function colorStatus(text: string, status: string, terminal: Terminal | null): string {
  const color = STATUS_COLORS[status];
  return color === undefined ? text : style(text, color, terminal);
}

export function emphasize(text: string, terminal: Terminal | null): string {
  return style(text, 'bold', terminal);
}

function style(text: string, name: keyof typeof SGR, terminal: Terminal | null): string {
  if (!terminal?.hasColors) return text;
  const [on, off] = SGR[name];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}

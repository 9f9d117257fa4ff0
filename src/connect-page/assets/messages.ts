import type { ScriptText } from '../script-texts.ts';

/** The texts in the language of the page, which the server writes into it. */
const messages: Record<ScriptText, string> = JSON.parse(document.body.dataset.messages ?? '{}');

export function t(key: ScriptText, values: Readonly<Record<string, string | number>> = {}): string {
  return messages[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

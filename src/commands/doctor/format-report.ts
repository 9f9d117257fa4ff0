import { VERSION } from '../../version.ts';
import type { CheckResult, CheckStatus } from './check-result.ts';

const STATUS_WIDTH = 'warning'.length + 2;

/** Formats one line for each result, with its fix below. */
export function formatReport(results: readonly CheckResult[]): string {
  const width = Math.max(...results.map(({ check }) => check.length)) + 2;
  const lines = results.flatMap(({ check, status, message, fix }) => [
    `${status.padEnd(STATUS_WIDTH)}${check.padEnd(width)}${toLine(message)}`,
    ...(fix === null ? [] : [`${' '.repeat(STATUS_WIDTH)}→ ${toLine(fix)}`]),
  ]);
  const { failed, warning, ok } = countByStatus(results);
  return [...lines, '', `${failed} failed, ${warning} with a warning, ${ok} ok`].join('\n');
}

/** Formats the results for programs. */
export function formatJsonReport(results: readonly CheckResult[]): string {
  return JSON.stringify({ version: VERSION, ok: !hasFailed(results), checks: results }, null, 2);
}

export const hasFailed = (results: readonly CheckResult[]): boolean =>
  results.some(({ status }) => status === 'failed');

function countByStatus(results: readonly CheckResult[]): Record<CheckStatus, number> {
  const counts = { ok: 0, warning: 0, failed: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

/** Removes line breaks and other characters that could change a terminal. */
const toLine = (text: string): string => text.replace(/\p{C}+/gu, ' ').trim();

import { invalidOptions } from '../../../error.ts';
import { parseInteger } from '../../parse-options.ts';
import type { Option } from '../command.ts';

const MAX_LIMIT = 100_000;

export const limitOption = (defaultLimit: number): Option => ({
  value: '<n>',
  help: `how many to show at most (default ${defaultLimit})`,
});

export function parseLimit(text: string | undefined, defaultLimit: number): number {
  return parseInteger(text, '--limit', 1, MAX_LIMIT) ?? defaultLimit;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Parses a time: a duration before now, such as `15h`, or an RFC 3339 time.
 * @throws CountersignError `invalid_options`
 */
export function parseSince(text: string, now: Date): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN);
  const time = Number.isNaN(seconds) ? parseTime(text) : new Date(now.getTime() - seconds * 1000);
  if (Number.isNaN(time.getTime())) {
    throw invalidOptions(
      '--since must be a duration such as 30m, 15h or 7d, or a time such as 2026-11-26T03:00:00Z.',
    );
  }
  return time.toISOString();
}

/** A time without its offset could be meant in any time zone. A date alone begins at midnight UTC. */
function parseTime(text: string): Date {
  const isUnambiguous = /^\d{4}-\d\d-\d\d(T.+(Z|[+-]\d\d:\d\d))?$/i.test(text);
  return new Date(isUnambiguous ? text : Number.NaN);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In UTC, as the service's log and the audit log have it: `2026-11-26 03:12:07`. */
export function formatTime(time: string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** The time between two moments in its largest unit: `15h`. Up to two days are in hours, since "last night" matters. */
export function formatAge(time: string, now: Date): string {
  const seconds = Math.abs(Math.round((now.getTime() - Date.parse(time)) / 1000));
  if (seconds < MINUTE) return `${seconds}s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  return `${Math.floor(seconds / DAY)}d`;
}

/** `2026-11-26 03:12:07 UTC (15h ago)`, or `(in 5m)`. */
export function formatTimeAndAge(time: string, now: Date): string {
  const age = formatAge(time, now);
  return `${formatTime(time)} UTC (${Date.parse(time) > now.getTime() ? `in ${age}` : `${age} ago`})`;
}

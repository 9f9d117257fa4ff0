const FORMAT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:(\d\d)(\.\d+)?(Z|([+-])(\d\d):(\d\d))$/i;

/**
 * Reads a time in RFC 3339 with any offset. `new Date` would accept more forms, and dates that do not exist.
 * @returns the time in UTC with milliseconds, or what is wrong with it
 */
export function parseTime(text: string): { utc: string } | { problem: string } {
  const [, second, fraction = '', , sign, hours, minutes] = FORMAT.exec(text) ?? [];
  if (second === undefined)
    return { problem: 'must be a time like 2030-01-31T12:00:00Z or 2030-01-31T12:00:00+02:00' };
  if (second === '60') return { problem: 'must not be a leap second; use second 59 or the next minute' };
  const dateAndTime = text.slice(0, 19).toUpperCase();
  const local = new Date(`${dateAndTime}${fraction.slice(0, 4)}Z`);
  // `new Date` moves February 30 to March, and 24:00:00 to the next day.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(dateAndTime))
    return { problem: 'must be a date and time that exist' };
  if (Number(hours ?? 0) > 23 || Number(minutes ?? 0) > 59)
    return { problem: 'must have an offset from -23:59 to +23:59' };
  const offsetMinutes = Number(`${sign ?? ''}1`) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  const utc = new Date(local.getTime() - offsetMinutes * 60_000).toISOString();
  if (!/^\d{4}-/.test(utc) || utc < '0001') return { problem: 'must be in the years 1 to 9999' };
  return { utc };
}

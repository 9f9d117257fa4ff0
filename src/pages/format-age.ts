const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const;

/** How long ago something was, such as "2 minutes ago". */
export function formatAge(seconds: number, language = 'en', justNow = 'just now'): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [0, null];
  if (unit === null) return justNow;
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(seconds / size), unit);
}

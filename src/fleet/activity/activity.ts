/** What was done in a time, by one replica or by all. */
export interface Activity {
  stsCalls: number;
  /** Calls to STS that were not made, because a budget was used up. */
  stsRefusals: number;
  credentialsIssued: number;
}

export interface ActivityHour extends Activity {
  hour: Date;
  /** The calls per second of the busiest few seconds of one replica. */
  stsPeakPerSecond: number;
}

export const HOUR_MS = 3_600_000;

export const hourOf = (time: Date): Date => new Date(Math.floor(time.getTime() / HOUR_MS) * HOUR_MS);

/** The hours up to this one, the oldest first. Hours without any activity are there too. */
export function fillHours(recorded: readonly ActivityHour[], now: Date, count: number): ActivityHour[] {
  const byHour = new Map(recorded.map((one) => [one.hour.getTime(), one]));
  const last = hourOf(now).getTime();
  return Array.from({ length: count }, (_, i) => {
    const hour = last - (count - 1 - i) * HOUR_MS;
    const nothing = { stsCalls: 0, stsRefusals: 0, credentialsIssued: 0, stsPeakPerSecond: 0 };
    return byHour.get(hour) ?? { hour: new Date(hour), ...nothing };
  });
}

import type { Database } from '../../database/database.ts';
import type { Activity, ActivityHour } from './activity.ts';

/** Adds what one replica did. */
export async function addActivity(
  database: Database,
  { hour, activity, stsPerSecond }: { hour: Date; activity: Activity; stsPerSecond: number },
): Promise<void> {
  const { stsCalls, stsRefusals, credentialsIssued } = activity;
  await database.prisma.$executeRaw`
    INSERT INTO public.activity_hours AS a
      (hour, sts_calls, sts_peak_per_second, sts_refusals, credentials_issued)
    VALUES (${hour}, ${stsCalls}, ${stsPerSecond}, ${stsRefusals}, ${credentialsIssued})
    ON CONFLICT (hour) DO UPDATE SET
      sts_calls = a.sts_calls + excluded.sts_calls,
      sts_peak_per_second = greatest(a.sts_peak_per_second, excluded.sts_peak_per_second),
      sts_refusals = a.sts_refusals + excluded.sts_refusals,
      credentials_issued = a.credentials_issued + excluded.credentials_issued`;
}

export async function listActivitySince(database: Database, since: Date): Promise<ActivityHour[]> {
  const rows = await database.prisma.activityHour.findMany({ where: { hour: { gte: since } } });
  return rows.map(({ hour, stsCalls, stsRefusals, credentialsIssued, stsPeakPerSecond }) => ({
    hour,
    stsCalls: Number(stsCalls),
    stsRefusals: Number(stsRefusals),
    credentialsIssued: Number(credentialsIssued),
    stsPeakPerSecond,
  }));
}

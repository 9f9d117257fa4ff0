import type { BrokerState } from '../broker/broker-health.ts';
import type { ConnectionStatus } from '../connections/connection.ts';
import type { Deps } from '../deps.ts';
import { type ActivityHour, fillHours, HOUR_MS } from '../fleet/activity/activity.ts';
import { listActivitySince } from '../fleet/activity/store.ts';
import type { FleetConnection } from '../fleet/connections/filter.ts';
import { listAllConnections } from '../fleet/connections/list.ts';
import type { FleetCounts } from '../fleet/fleet.ts';
import { readFleetCounts } from '../fleet/store.ts';
import type { Permission } from '../identity/permissions.ts';
import { type ExpiringKey, type FailingWebhook, listExpiringKeys, listFailingWebhooks } from './store.ts';

const HOURS = 24;
const EXPIRY_NOTICE_DAYS = 14;
/** Connections of each kind that are named; the list of connections has all. */
const MAX_NAMED = 5;
const MAX_OTHERS = 20;

export interface Overview {
  fleet: FleetCounts;
  hours: ActivityHour[];
  /** The calls to STS per second that each replica allows itself. */
  stsBudget: number;
  brokers: { partition: string; state: BrokerState }[];
  /** The first of each status that somebody has to act on. */
  insecure: readonly FleetConnection[];
  unreachable: readonly FleetConnection[];
  pending: readonly FleetConnection[];
  /** Empty, if the person may not see them. */
  webhooks: readonly FailingWebhook[];
  keys: readonly ExpiringKey[];
}

export async function readOverview(
  deps: Pick<Deps, 'database' | 'clock' | 'config' | 'brokers'>,
  may: (permission: Permission) => boolean,
): Promise<Overview> {
  const { database, clock, config, brokers } = deps;
  const now = clock.now();
  const ofStatus = async (status: ConnectionStatus): Promise<FleetConnection[]> =>
    (await listAllConnections(deps, { status, limit: MAX_NAMED })).connections;
  const before = new Date(now.getTime() + EXPIRY_NOTICE_DAYS * 24 * HOUR_MS);
  const [fleet, recorded, insecure, unreachable, pending, webhooks, keys] = await Promise.all([
    readFleetCounts(database),
    listActivitySince(database, new Date(now.getTime() - HOURS * HOUR_MS)),
    ofStatus('insecure'),
    ofStatus('unreachable'),
    ofStatus('pending'),
    may('webhooks:manage') ? listFailingWebhooks(database, MAX_OTHERS) : [],
    may('api-keys:manage') ? listExpiringKeys(database, { now, before, limit: MAX_OTHERS }) : [],
  ]);
  return {
    fleet,
    hours: fillHours(recorded, now, HOURS),
    stsBudget: config.stsCallsPerSecond.all,
    brokers: [...brokers.values()].map(({ settings: { partition }, health: { state } }) => ({
      partition,
      state,
    })),
    insecure,
    unreachable,
    pending,
    webhooks,
    keys,
  };
}

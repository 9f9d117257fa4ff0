import { z } from 'zod';
import type { Broker } from '../broker/broker.ts';
import { CONNECTION_STATUSES } from '../connections/connection.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { timestamp } from '../http/schemas.ts';
import { TENANT_STATUSES } from '../tenants/tenant.ts';
import { findOldestVerification, readFleetCounts } from './store.ts';

const count = z.number().int();

const countsBy = <Name extends string>(names: readonly Name[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>);

const fleet = z
  .object({
    tenants: countsBy(TENANT_STATUSES).meta({ id: 'TenantCounts' }),
    connections: countsBy(CONNECTION_STATUSES).meta({ id: 'ConnectionCounts' }),
    rotations: z
      .object({
        running: count,
        connectionsToMove: count.meta({
          description: "Verified connections whose tenant's rotation waits for them.",
        }),
      })
      .meta({ id: 'RotationCounts' }),
    legacy: z
      .object({
        toMove: count.meta({
          description:
            'Imported connections whose customer still has to change the role; disabled ones are not counted.',
        }),
      })
      .meta({ id: 'LegacyCounts' }),
    oldestVerificationAt: timestamp.nullable().meta({
      description:
        'The earliest last verification of a verified connection. It is about as old as the interval of verifications; null: no connection is verified.',
    }),
    broker: z.array(
      z
        .object({ partition: z.string(), status: z.enum(['working', 'failing', 'unknown']) })
        .meta({ id: 'BrokerSummary', description: 'The broker of a partition, as this replica sees it.' }),
    ),
  })
  .meta({
    id: 'Fleet',
    description: 'The state of all tenants and connections.',
    examples: [
      {
        tenants: { active: 1200, suspended: 3, offboarded: 41 },
        connections: { pending: 12, verified: 1874, insecure: 1, unreachable: 6, disabled: 52 },
        rotations: { running: 2, connectionsToMove: 5 },
        legacy: { toMove: 3 },
        oldestVerificationAt: '2026-11-26T06:05:00.000Z',
        broker: [{ partition: 'aws', status: 'working' }],
      },
    ],
  });

export function fleetRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/fleet',
    config: { access: 'fleet:read' },
    schema: {
      operationId: 'getFleet',
      summary: 'Get the state of all tenants and connections in numbers',
      description: 'The numbers are exact, and are read without counting.',
      tags: ['Fleet'],
      querystring: z.strictObject({}),
      response: { 200: fleet },
    },
    handler: async () => {
      const [counts, oldest] = await Promise.all([
        readFleetCounts(deps.database),
        findOldestVerification(deps.database),
      ]);
      const oldestVerificationAt = oldest?.toISOString() ?? null;
      return { ...counts, oldestVerificationAt, broker: [...deps.brokers.values()].map(toSummary) };
    },
  });
}

const toSummary = ({ settings: { partition }, health }: Broker) => ({
  partition,
  status: health.state.status,
});

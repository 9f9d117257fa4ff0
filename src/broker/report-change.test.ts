import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../test/harness/service.ts';
import type { BrokerState, BrokerStatus } from './broker-health.ts';
import { reportBrokerChange } from './report-change.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

const PROBLEM = { code: 'assume_role_denied' as const, detail: 'AWS denies the broker.', nextSteps: [] };

const state = (status: BrokerStatus): BrokerState => ({
  status,
  statusSince: service.clock.now(),
  problem: status === 'failing' ? PROBLEM : null,
});

/** What one replica notices about its broker, step by step. */
function replica(partition: string) {
  const { database, clock, log, config } = service.deps;
  const report = reportBrokerChange({ database, clock, log });
  const [main] = config.brokers;
  if (!main) throw new Error('no broker is configured');
  let before = state('unknown');
  return (status: BrokerStatus): void => {
    const after = state(status);
    report({ ...main, partition }, before, after);
    before = after;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: tests read any field
async function brokerEvents(partition: string): Promise<any[]> {
  const { body } = await service.admin.get('/v1/events?types=broker.failing,broker.recovered');
  return body.data.filter(({ data }: { data: { partition: string } }) => data.partition === partition);
}

async function countAuditEvents(): Promise<number> {
  const { body } = await service.admin.get('/v1/audit-events?limit=200');
  return body.data.filter(({ action }: { action: string }) => action.startsWith('broker.')).length;
}

test('a failure that several replicas notice is one event, and so is its end', async () => {
  const [one, other] = [replica('aws'), replica('aws')];
  for (const notice of [one, other]) notice('failing');
  await expect.poll(countAuditEvents).toBe(2);
  for (const notice of [one, other]) notice('working');
  await expect.poll(countAuditEvents).toBe(4);
  const events = await brokerEvents('aws');
  expect(events.map(({ type }) => type)).toEqual(['broker.failing', 'broker.recovered']);
  expect(events[0]).toMatchObject({
    tenantId: null,
    connectionId: null,
    data: {
      accountId: '999988887777',
      status: 'failing',
      code: 'assume_role_denied',
      detail: PROBLEM.detail,
    },
  });
});

test('a failure ends when the only replica was restarted and finds the broker working', async () => {
  replica('aws-cn')('failing');
  await expect.poll(async () => (await brokerEvents('aws-cn')).length).toBe(1);
  replica('aws-cn')('working');
  await expect
    .poll(async () => (await brokerEvents('aws-cn')).map(({ type }) => type))
    .toEqual(['broker.failing', 'broker.recovered']);
});

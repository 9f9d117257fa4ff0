import { expect, test } from 'vitest';
import { StsError } from '../aws/sts.ts';
import { manualClock } from '../lib/clock.ts';
import { denialAttribution } from './attribute-denial.ts';
import { BrokerHealth, type BrokerState } from './broker-health.ts';
import type { Witness } from './broker-settings.ts';

type Response = 'allowed' | 'denied' | 'throttled';

const roleArn = (name: string): string => `arn:aws:iam::111111111111:role/${name}`;

/** A broker whose STS responds by the name of the role; `others` are the verified roles of other tenants. */
function setUp(
  responses: Record<string, Response>,
  { canary = false, others = Object.keys(responses) } = {},
) {
  const clock = manualClock(new Date('2030-01-01T00:00:00Z'));
  const changes: string[] = [];
  const probed: string[] = [];
  const health = new BrokerHealth({
    clock,
    onChange: (before: BrokerState, after: BrokerState) => changes.push(`${before.status} → ${after.status}`),
  });
  const witness = (name: string): Witness => ({ roleArn: roleArn(name), externalId: name });
  const attribute = denialAttribution({
    sts: {
      async probe(request) {
        const name = request.roleArn.split('/').at(-1) ?? '';
        probed.push(name);
        clock.advance(0.01);
        const response = responses[name] ?? 'denied';
        if (response === 'throttled') throw new StsError('throttled', 'Throttling');
        return response;
      },
    },
    clock,
    log: { info() {}, warn() {}, error() {} },
    health,
    canary: canary ? witness('canary') : null,
    findWitnesses: async () => others.filter((name) => name !== 'canary').map(witness),
  });
  const deny = () => {
    const startedAt = clock.now();
    clock.advance(0.01);
    return attribute({ tenantId: 'tenant_a', startedAt });
  };
  return { clock, changes, probed, health, attribute, deny };
}

test('a denial belongs to the connection when another tenant’s role is allowed', async () => {
  const { deny, health, probed } = setUp({ first: 'denied', second: 'allowed', third: 'allowed' });
  expect(await deny()).toBe('connection');
  expect(probed).toEqual(['first', 'second']);
  expect(health.state.status).toBe('working');
});

test('a denial belongs to the broker when the roles of all sampled tenants are denied', async () => {
  const { deny, health, changes } = setUp({ first: 'denied', second: 'denied' });
  expect(await deny()).toBe('broker');
  expect(health.state).toMatchObject({ status: 'failing', problem: { code: 'assume_role_denied' } });
  expect(changes).toEqual(['unknown → failing']);
});

test('a canary that is allowed settles it with one call, and a canary that is denied alone settles nothing', async () => {
  const allowed = setUp({ canary: 'allowed', other: 'denied' }, { canary: true });
  expect(await allowed.deny()).toBe('connection');
  expect(allowed.probed).toEqual(['canary']);
  const misconfigured = setUp({ canary: 'denied', other: 'allowed' }, { canary: true });
  expect(await misconfigured.deny()).toBe('connection');
  const failing = setUp({ canary: 'denied', other: 'denied' }, { canary: true });
  expect(await failing.deny()).toBe('broker');
  expect(failing.health.state.problem?.code).toBe('canary_denied');
});

test('without a canary and without another tenant there is no evidence', async () => {
  const { deny, health } = setUp({}, { others: [] });
  expect(await deny()).toBe('no_evidence');
  expect(health.state.status).toBe('unknown');
});

test('a witness that AWS throttles settles nothing', async () => {
  const { deny, health } = setUp({ first: 'denied', second: 'throttled' });
  expect(await deny()).toBe('unavailable');
  expect(health.state.status).toBe('unknown');
});

test('an allowed call that began before the denied one is no evidence, and one that began later is', async () => {
  const { clock, attribute, health, probed } = setUp({ other: 'denied' });
  health.recordAllowed(clock.now());
  clock.advance(1);
  const startedAt = clock.now();
  clock.advance(1);
  expect(await attribute({ tenantId: 'tenant_a', startedAt })).toBe('broker');
  clock.advance(1);
  health.recordAllowed(clock.now());
  expect(await attribute({ tenantId: 'tenant_a', startedAt })).toBe('connection');
  expect(probed).toEqual(['other']);
});

test('callers that are denied at the same time share one check of the witnesses', async () => {
  const { clock, attribute, probed } = setUp({ first: 'denied', second: 'denied' });
  const startedAt = clock.now();
  clock.advance(0.01);
  const causes = await Promise.all(
    Array.from({ length: 100 }, (_, i) => attribute({ tenantId: `tenant_${i}`, startedAt })),
  );
  expect(new Set(causes)).toEqual(new Set(['broker']));
  expect(probed).toEqual(['first', 'second']);
});

test('one success of anybody ends the failure, unless its call began before the failure was found', async () => {
  const { clock, deny, health, changes } = setUp({ other: 'denied' });
  const before = clock.now();
  await deny();
  health.recordAllowed(before);
  expect(health.state.status).toBe('failing');
  clock.advance(1);
  health.recordAllowed(clock.now());
  expect(health.state).toMatchObject({ status: 'working', problem: null });
  expect(changes).toEqual(['unknown → failing', 'failing → working']);
});

test('a failure without a role left to ask counts for 15 minutes, and then the state is unknown', async () => {
  const { clock, attribute, health } = setUp({}, { others: [] });
  health.recordFailing(clock.now(), { code: 'assume_role_denied', detail: '', nextSteps: [] });
  const deny = () => attribute({ tenantId: 'tenant_a', startedAt: clock.now() });
  clock.advance(60);
  expect(await deny()).toBe('broker');
  clock.advance(15 * 60);
  expect(await deny()).toBe('no_evidence');
  expect(health.state.status).toBe('unknown');
});

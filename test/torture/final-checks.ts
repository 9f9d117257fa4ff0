import { setTimeout as delay } from 'node:timers/promises';
import { verifyDatabase } from '../../src/audit/chain/verify-database.ts';
import { openDatabase } from '../../src/database/database.ts';
import { deriveServiceRoleUrl } from '../../src/database/service-role.ts';
import { pick, type Random } from '../harness/random.ts';
import type { Customer } from './customers.ts';
import type { Environment } from './environment.ts';
import { terminate } from './faults.ts';
import { setStatus } from './operators.ts';
import type { Replica } from './replica.ts';
import { type HandedOut, issueOnce, type Load } from './workers.ts';

const RETRY_DELAY_MS = 200;

/**
 * Waits until every replica issues credentials for every connection. Returns how long that took, in seconds. It counts from
 * when the replicas that were ended have started: on a busy machine that alone may take longer than a minute.
 */
export async function awaitRecovery(environment: Environment, load: Load, random: Random): Promise<number> {
  await awaitStarts(environment);
  const startedAt = performance.now();
  const deadline = startedAt + environment.limits.recoveryMs;
  const pairs = environment.replicas.flatMap((replica) =>
    load.customers.map((customer) => ({ replica, customer })),
  );
  await Promise.all(pairs.map((pair) => awaitService(environment, load, { ...pair, random, deadline })));
  return (performance.now() - startedAt) / 1000;
}

async function awaitStarts({ replicas, ledger, limits, isOver }: Environment): Promise<void> {
  const deadline = performance.now() + limits.startMs;
  for (const replica of replicas) {
    while (!replica.isServing() && performance.now() < deadline && !isOver()) await delay(RETRY_DELAY_MS);
    if (!replica.isServing()) ledger.addViolation(`${replica.name} does not start`);
  }
}

async function awaitService(
  environment: Environment,
  load: Load,
  {
    replica,
    customer,
    random,
    deadline,
  }: { replica: Replica; customer: Customer; random: Random; deadline: number },
): Promise<void> {
  for (;;) {
    const key = pick(
      random,
      load.keys.filter(({ revocation }) => revocation === 'none'),
    );
    // A duration that no worker has requested: the answer does not come from the cache.
    const request = { replica, customer, key, durationSeconds: 3_600 };
    const { status, body } = await issueOnce(environment, load, request);
    if (status === 200) return;
    // A suspension whose client got no answer may have been carried out after the tenant was resumed.
    if (body?.code === 'tenant_not_active') await setStatus(environment, random, customer, 'active');
    if (performance.now() > deadline || environment.isOver()) {
      const reason = `${status} ${body?.code ?? ''} ${body?.detail ?? ''}`;
      environment.ledger.addViolation(
        `${replica.name} does not serve ${customer.roleArn} within ${environment.limits.recoveryMs / 1000} s: ${reason}`,
      );
      return;
    }
    await delay(RETRY_DELAY_MS);
  }
}

/** Ends all replicas. They have served before, and so must end with 0. */
export async function stopReplicas(environment: Environment): Promise<void> {
  for (const replica of environment.replicas) replica.retire();
  await Promise.all(environment.replicas.map((replica) => terminate(environment, replica)));
}

/** Every AssumeRole that named an issued external ID named a role of the tenant that the ID was issued to. */
export async function checkStsCalls({ queryAsOwner, stsCalls, ledger }: Environment): Promise<void> {
  const ids = await queryAsOwner<{ value: string; tenantId: string }>(
    'SELECT value::text, tenant_id AS "tenantId" FROM external_ids',
  );
  const roles = await queryAsOwner<{ roleArn: string; tenantId: string }>(
    'SELECT role_arn AS "roleArn", tenant_id AS "tenantId" FROM connections',
  );
  const tenantOfId = new Map(ids.map(({ value, tenantId }) => [value, tenantId]));
  const tenantOfRole = new Map(roles.map(({ roleArn, tenantId }) => [roleArn, tenantId]));
  for (const { operation, roleArn, externalId, outcome } of stsCalls) {
    if (operation !== 'AssumeRole' || roleArn === null) continue;
    ledger.count(`AssumeRole: ${outcome}`);
    const owner = tenantOfRole.get(roleArn);
    const issuedTo = externalId === null ? undefined : tenantOfId.get(externalId);
    if (issuedTo !== undefined && issuedTo !== owner)
      ledger.addViolation(`AssumeRole of ${roleArn} carried the external ID of another tenant`);
    if (outcome === 'ok' && (issuedTo === undefined || issuedTo !== owner))
      ledger.addViolation(`AssumeRole of ${roleArn} succeeded without the external ID of its tenant`);
  }
}

/** Every acknowledged tenant exists exactly once. */
export async function checkWrites(
  { queryAsOwner, ledger }: Environment,
  acknowledgedTenants: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = await queryAsOwner<{ id: string; name: string }>(
    `SELECT id, name FROM tenants WHERE name LIKE 'written-%'`,
  );
  for (const [name, id] of acknowledgedTenants) {
    const found = rows.filter((row) => row.name === name).map((row) => row.id);
    if (found.length !== 1 || found[0] !== id)
      ledger.addViolation(
        `tenant ${name} was acknowledged as ${id}, and exists as ${found.join(', ') || 'none'}`,
      );
  }
}

/** The audit log verifies, and has an event for each time that credentials were handed out. */
export async function checkAuditLog(
  { queryAsOwner, ownerUrl, ledger }: Environment,
  handedOut: HandedOut,
): Promise<void> {
  const database = openDatabase({ url: deriveServiceRoleUrl(ownerUrl), poolSize: 2 });
  try {
    const { findings } = await verifyDatabase({ database }, { expectedHeads: [], chain: null });
    for (const finding of findings) ledger.addViolation(`audit log: ${JSON.stringify(finding)}`);
  } finally {
    await database.close();
  }
  const rows = await queryAsOwner<{ accessKeyId: string; events: number }>(
    `SELECT body::jsonb #>> '{detail,accessKeyId}' AS "accessKeyId", count(*)::int AS events FROM audit_log
     WHERE action = 'credentials.issued' GROUP BY 1`,
  );
  const recorded = new Map(rows.map(({ accessKeyId, events }) => [accessKeyId, events]));
  for (const [accessKeyId, { times }] of handedOut) {
    const events = recorded.get(accessKeyId) ?? 0;
    if (events < times)
      ledger.addViolation(`${accessKeyId} was handed out ${times} times, and recorded ${events} times`);
  }
}

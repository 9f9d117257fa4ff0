import { setTimeout as delay } from 'node:timers/promises';
import { pick, type Random } from '../harness/random.ts';
import { persist } from './api.ts';
import { type Customer, rotate } from './customers.ts';
import type { Environment } from './environment.ts';
import { createWorkerKey, type Load } from './workers.ts';

const MAX_PAUSE_MS = 1_500;
/** A request whose client has gone is carried out within this time, or never. */
const MAX_EXECUTION_MS = 20_000;
/** Those that are not revoked, so that workers always have some. */
const MIN_KEYS = 2;

/** What the vendor's staff does meanwhile. Each is repeated with random pauses, until the run stops. */
export interface Operator {
  name: string;
  runOnce(): Promise<void>;
}

export function createOperators(
  environment: Environment,
  load: Load,
  { random, acknowledgedTenants }: { random: Random; acknowledgedTenants: Map<string, string> },
): Operator[] {
  const rotated = load.customers.filter((customer) => !customer.isSuspendedAtTimes);
  const suspended = load.customers.filter((customer) => customer.isSuspendedAtTimes);
  return [
    { name: 'writes', runOnce: () => createTenant(environment, random, acknowledgedTenants) },
    { name: 'revocations', runOnce: () => revokeKey(environment, load, random) },
    { name: 'rotations', runOnce: () => rotate(environment, random, pick(random, rotated)) },
    ...suspended.map((customer) => ({
      name: 'suspensions',
      runOnce: createSuspension(environment, random, customer),
    })),
  ];
}

export async function runOperator(
  { ledger }: Environment,
  { name, runOnce }: Operator,
  random: Random,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    try {
      await runOnce();
      ledger.count(name);
    } catch (error) {
      ledger.addViolation(`${name}: ${(error as Error).message}`);
      return;
    }
    await delay(random(MAX_PAUSE_MS));
  }
}

let tenantNumber = 0;

/** Repeats the same request until it is acknowledged, so that the tenant must exist exactly once. */
async function createTenant(
  environment: Environment,
  random: Random,
  acknowledged: Map<string, string>,
): Promise<void> {
  const name = `written-${++tenantNumber}`;
  const request = {
    method: 'POST',
    path: '/v1/tenants',
    key: environment.adminKey,
    body: { name },
    idempotencyKey: name,
  } as const;
  const { answer } = await persist(environment, random, request, ({ status }) => status === 201);
  acknowledged.set(name, answer.body.id);
}

/** Revokes a worker key and puts another one beside it. Workers go on using the revoked one. */
async function revokeKey(environment: Environment, load: Load, random: Random): Promise<void> {
  const revocable = load.keys.filter(({ revocation }) => revocation === 'none').slice(MIN_KEYS);
  if (revocable.length > 0) {
    const key = pick(random, revocable);
    key.revocation = 'requested';
    const path = `/v1/api-keys/${key.id}`;
    const request = { method: 'DELETE', path, key: environment.adminKey } as const;
    await persist(environment, random, request, ({ status }) => status === 204);
    key.revocation = 'acknowledged';
  }
  load.keys.push(await createWorkerKey(environment, random));
}

/**
 * Suspends and resumes a tenant. An attempt without an answer may still be carried out for a while, and undo what was
 * acknowledged since. So the suspension is checked only when there was none lately.
 */
function createSuspension(environment: Environment, random: Random, customer: Customer): () => Promise<void> {
  let isCertainFrom = 0;
  const change = async (status: 'active' | 'suspended'): Promise<void> => {
    const isCertain = await setStatus(environment, random, customer, status);
    if (!isCertain) isCertainFrom = performance.now() + MAX_EXECUTION_MS;
  };
  return async () => {
    await change('suspended');
    if (performance.now() > isCertainFrom) {
      customer.suspension = {};
      environment.ledger.count('suspensions that are checked');
    }
    await delay(random(MAX_PAUSE_MS));
    customer.suspension = null;
    await change('active');
  };
}

/** @returns whether no attempt remained without an answer */
export async function setStatus(
  environment: Environment,
  random: Random,
  { tenantPath }: Customer,
  status: 'active' | 'suspended',
): Promise<boolean> {
  const request = { method: 'PATCH', path: tenantPath, key: environment.adminKey, body: { status } } as const;
  return (await persist(environment, random, request, (answer) => answer.status === 200)).isCertain;
}

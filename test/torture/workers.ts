import { setTimeout as delay } from 'node:timers/promises';
import { callAws } from '../../src/aws-emulator/protocol/call-aws.ts';
import type { AwsCredentials } from '../../src/aws-emulator/protocol/signature.ts';
import { pick, type Random } from '../harness/random.ts';
import { type Answer, persist, send } from './api.ts';
import type { Customer } from './customers.ts';
import type { Environment } from './environment.ts';
import type { Replica } from './replica.ts';

/** Different durations are different sessions, so that STS is called again and again. */
const MIN_DURATION_SECONDS = 900;
const MAX_DURATION_SECONDS = 1200;
const PAUSE_MS = 20;
/** After a request without an answer: the replica is starting. */
const RETRY_DELAY_MS = 300;

/** A worker's API key. */
export interface WorkerKey {
  readonly id: string;
  readonly key: string;
  /** `requested`: a revocation may or may not have taken effect. */
  revocation: 'none' | 'requested' | 'acknowledged';
}

/** Credentials that were handed out, by access key ID: how often, and for which account. */
export type HandedOut = Map<string, { times: number; accountId: string }>;

export interface Load {
  readonly customers: readonly Customer[];
  readonly keys: WorkerKey[];
  readonly handedOut: HandedOut;
}

export async function createWorkerKey(environment: Environment, random: Random): Promise<WorkerKey> {
  const body = { name: 'torture', role: 'worker' };
  const request = { method: 'POST', path: '/v1/api-keys', key: environment.adminKey, body } as const;
  const { answer } = await persist(environment, random, request, ({ status }) => status === 201);
  return { id: answer.body.id, key: answer.body.key, revocation: 'none' };
}

/** Requests credentials for random connections from random replicas until the run stops, and checks each answer. */
export async function runWorker(
  environment: Environment,
  load: Load,
  random: Random,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    const answer = await issueOnce(environment, load, {
      replica: pick(random, environment.replicas),
      customer: pick(random, load.customers),
      key: pickKey(load, random),
      durationSeconds: MIN_DURATION_SECONDS + random(MAX_DURATION_SECONDS - MIN_DURATION_SECONDS),
    });
    environment.ledger.count(answer.status === 200 ? 'credentials' : `refused with ${answer.status}`);
    await delay(answer.status === 0 ? RETRY_DELAY_MS : PAUSE_MS);
  }
}

/** One request of ten may use a revoked key; more would only be refused. */
function pickKey({ keys }: Load, random: Random): WorkerKey {
  const isAnyKey = random(10) === 0;
  return pick(random, isAnyKey ? keys : keys.filter(({ revocation }) => revocation === 'none'));
}

interface IssueRequest {
  replica: Replica;
  customer: Customer;
  key: WorkerKey;
  durationSeconds: number;
}

/** Requests credentials once, and checks that the answer is one that may be given. */
export async function issueOnce(
  environment: Environment,
  load: Load,
  { replica, customer, key, durationSeconds }: IssueRequest,
): Promise<Answer> {
  const { ledger } = environment;
  const { suspension } = customer;
  const { revocation } = key;
  const path = `${customer.connectionPath}/credentials`;
  const answer = await send(environment, replica, {
    method: 'POST',
    path,
    key: key.key,
    body: { durationSeconds },
  });
  if (answer.status !== 200) {
    const problem = findRefusalProblem(answer, customer, key);
    if (problem !== null) ledger.addViolation(`${path} of ${replica.name}: ${problem}`);
    return answer;
  }
  if (revocation === 'acknowledged')
    ledger.addViolation(`${replica.name} issued credentials to a revoked key`);
  if (suspension !== null && customer.suspension === suspension)
    ledger.addViolation(`${replica.name} issued credentials of a suspended tenant`);
  await recordCredentials(environment, load.handedOut, customer, answer);
  return answer;
}

/** Whatever happens, a caller is refused only for a reason that is true. 500 and more is checked for each answer. */
function findRefusalProblem({ status, body }: Answer, customer: Customer, key: WorkerKey): string | null {
  if (status === 0 || status === 503) return null;
  if (status === 401 && key.revocation !== 'none') return null;
  if (status === 409 && ['connection_not_verified', 'role_not_assumable'].includes(body.code)) return null;
  if (status === 409 && body.code === 'tenant_not_active' && customer.isSuspendedAtTimes) return null;
  return `refused with ${status} ${body?.code}`;
}

async function recordCredentials(
  { aws, ledger }: Environment,
  handedOut: HandedOut,
  { accountId }: Customer,
  { body }: Answer,
): Promise<void> {
  const known = handedOut.get(body.accessKeyId);
  if (known) known.times++;
  else handedOut.set(body.accessKeyId, { times: 1, accountId });
  const actual = known?.accountId ?? (await accountOf(aws.url, body));
  if (actual !== accountId || body.accountId !== accountId)
    ledger.addViolation(
      `credentials for account ${accountId} belong to ${actual}, and name ${body.accountId}`,
    );
}

async function accountOf(endpoint: string, credentials: AwsCredentials): Promise<string | null> {
  const field = await callAws({ endpoint, credentials, service: 'sts', action: 'GetCallerIdentity' });
  return field('Account');
}

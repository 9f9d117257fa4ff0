import { AwsCallError, callAws } from '../../src/aws-emulator/protocol/call-aws.ts';
import { type Issuer, startIssuer } from '../../src/worker-identities/issuer.fixture.ts';
import type { WorkerIdentity } from '../../src/worker-identities/worker-identity.ts';
import type { ApiResponse, Caller } from './caller.ts';
import { type Customer, createCustomer, rotate } from './isolated-customers.ts';
import { createKey, startTestService, type TestService } from './service.ts';

// A busy machine must not turn slow STS calls into timeouts.
const CONFIG = { stsTimeoutSeconds: 20 };
const REPLICA_COUNT = 2;
/** A day at most, because the clock is moved while a token is in use. */
const TOKEN_SECONDS = 86_000;

/** A client that requests credentials: it holds a worker key, or tokens of an issuer. */
export interface VendorWorker {
  allowedCustomers: ReadonlySet<Customer>;
  /** State of the revocation of its key or tokens. Once `done`, every request must be rejected; while `started`, it may be. */
  revocation: 'none' | 'started' | 'done';
  /** Returns the key, or a new token at each call. */
  bearer(): Promise<string>;
  revoke(): Promise<void>;
}

/** The response to one request for credentials; `no-response` when the replica was replaced at that moment. */
type IssueResult =
  | { status: number; accountId: string | undefined; credentials: SessionKeys; code: string | undefined }
  | 'no-response';

type CredentialsFormat = 'json' | 'container';

interface SessionKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Customers, workers with keys and with tokens, and replicas that are replaced while they serve requests. */
export interface MixedTraffic {
  customers: readonly Customer[];
  createKeyWorker(allowed: readonly Customer[]): Promise<VendorWorker>;
  /** Creates a worker with the next subject of a worker identity. */
  createTokenWorker(identityIndex: number): VendorWorker;
  identityCount: number;
  issueCredentials(
    worker: VendorWorker,
    path: string,
    format: CredentialsFormat,
    replica: number,
  ): Promise<IssueResult>;
  /** Asks STS which account these keys act in; `expired` if the session ended when the clock was moved. */
  accountOf(keys: SessionKeys): Promise<string>;
  /** Completes a rotation while the workers continue. Returns false if another rotation of the customer still runs. */
  rotate(customer: Customer): Promise<boolean>;
  /** Replaces a replica by another process, whose cache is empty. */
  replaceReplica(replica: number): Promise<void>;
  /** Lets STS throttle, fail or hang up on the next calls for this customer's role. */
  injectFault(customer: Customer, mode: 'throttle' | 'error' | 'close'): void;
  advance(seconds: number): void;
  close(): Promise<void>;
}

/** @param allowedByIdentity for each worker identity, the indexes of the customers that it may serve */
export async function startMixedTraffic(
  customerCount: number,
  allowedByIdentity: readonly (readonly number[])[],
): Promise<MixedTraffic> {
  const base = await startTestService({ config: CONFIG });
  const issuer = await startIssuer(base.clock.now);
  const customers: Customer[] = [];
  for (let n = 0; n < customerCount; n++) customers.push(await createCustomer(base, n));
  const groups = allowedByIdentity.map((indexes) => indexes.map((n) => customers[n] as Customer));
  const workerIdentities = groups.map((group, n) => identityOf(issuer, n, group));
  const startReplica = () => startTestService({ replicaOf: base, config: { ...CONFIG, workerIdentities } });
  // Tokens are revoked through a replica that is never replaced.
  const permanent = await startReplica();
  const replicas: TestService[] = [];
  for (let n = 0; n < REPLICA_COUNT; n++) replicas.push(await startReplica());
  const replicaAt = (n: number): TestService => replicas[n % REPLICA_COUNT] as TestService;
  let subjectCount = 0;

  return {
    customers,
    identityCount: groups.length,
    createKeyWorker: (allowed) => createKeyWorker(base, customers, allowed),
    createTokenWorker: (n) =>
      createTokenWorker(permanent, issuer, `identity-${n}`, groups[n] ?? [], `s-${++subjectCount}`),
    async issueCredentials(worker, path, format, replica) {
      const bearer = await worker.bearer();
      return issueCredentials(replicaAt(replica).as(bearer), path, format);
    },
    accountOf: (keys) => accountOf(base, keys),
    rotate: (customer) => rotate(base, customer),
    async replaceReplica(n) {
      const previous = replicaAt(n);
      replicas[n % REPLICA_COUNT] = await startReplica();
      await previous.close();
    },
    injectFault: ({ account, roleName }, mode) =>
      base.aws.faults.set(mode, {
        operation: 'AssumeRole',
        roleArn: `arn:aws:iam::${account}:role/${roleName}`,
        times: 4,
      }),
    advance: (seconds) => base.clock.advance(seconds),
    async close() {
      for (const replica of [...replicas, permanent]) await replica.close();
      await base.close();
      await issuer.close();
    },
  };
}

function identityOf(issuer: Issuer, n: number, group: readonly Customer[]): WorkerIdentity {
  return {
    name: `identity-${n}`,
    issuer: issuer.url,
    audience: 'countersign',
    claims: { job: `job-${n}` },
    tenantIds: group.map(({ tenant }) => tenant.id),
    profiles: 'any',
  };
}

async function createKeyWorker(
  service: TestService,
  customers: readonly Customer[],
  group: readonly Customer[],
): Promise<VendorWorker> {
  const limited = group.length < customers.length;
  const { id, key } = await createKey(service, {
    role: 'worker',
    ...(limited && { tenantIds: group.map(({ tenant }) => tenant.id) }),
  });
  return createWorker(
    group,
    async () => key,
    async () => service.admin.delete(`/v1/api-keys/${id}`),
  );
}

function createTokenWorker(
  service: TestService,
  issuer: Issuer,
  identity: string,
  group: readonly Customer[],
  subject: string,
): VendorWorker {
  const job = identity.replace('identity', 'job');
  const token = () => issuer.token({ sub: subject, job, exp: epochSeconds(service) + TOKEN_SECONDS });
  return createWorker(group, token, () => service.admin.post('/v1/token-revocations', { identity, subject }));
}

const epochSeconds = (service: TestService): number => Math.floor(service.clock.now().getTime() / 1000);

function createWorker(
  group: readonly Customer[],
  bearer: () => Promise<string>,
  sendRevocation: () => Promise<ApiResponse>,
): VendorWorker {
  const worker: VendorWorker = {
    allowedCustomers: new Set(group),
    revocation: 'none',
    bearer,
    async revoke() {
      worker.revocation = 'started';
      const { status } = await sendRevocation();
      if (status >= 300) throw new Error(`The revocation failed with status ${status}.`);
      worker.revocation = 'done';
    },
  };
  return worker;
}

async function issueCredentials(
  caller: Caller,
  path: string,
  format: CredentialsFormat,
): Promise<IssueResult> {
  try {
    const { status, body } =
      format === 'json'
        ? await caller.post(`${path}/credentials`, {})
        : await caller.get(`${path}/credentials/container`);
    const credentials =
      format === 'json'
        ? body
        : { accessKeyId: body.AccessKeyId, secretAccessKey: body.SecretAccessKey, sessionToken: body.Token };
    return { status, code: body.code, accountId: body.accountId ?? body.AccountId, credentials };
  } catch (error) {
    // The replica was stopped after it was chosen.
    if (isConnectionError(error)) return 'no-response';
    throw error;
  }
}

/** True if the connection failed or ended before a response, as Node.js and supertest report it. */
function isConnectionError(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return /\bE(CONNREFUSED|CONNRESET|CONNABORTED|PIPE)\b|socket hang up/.test(`${code} ${message}`);
}

/** Repeats the call when STS does not answer, because a missing answer says nothing about the account. */
async function accountOf(service: TestService, credentials: SessionKeys): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const field = await callAws({
        endpoint: service.aws.url,
        credentials,
        service: 'sts',
        action: 'GetCallerIdentity',
        now: service.clock.now(),
      });
      return field('Account') ?? 'a response without an account';
    } catch (error) {
      if (error instanceof AwsCallError) {
        if (error.code === 'ExpiredToken') return 'expired';
        throw error;
      }
      if (attempt === 5) throw error;
    }
  }
}

import { AwsCallError, callAws } from '../../src/aws-emulator/protocol/call-aws.ts';
import { type Issuer, startIssuer } from '../../src/worker-identities/issuer.fixture.ts';
import type { WorkerIdentity } from '../../src/worker-identities/worker-identity.ts';
import type { ApiResponse, Caller } from './caller.ts';
import { type Customer, createCustomer, rotate } from './isolated-customers.ts';
import { createKey, startTestService, type TestService } from './service.ts';

// Time for an STS on a machine that is busy for long.
const PATIENT = { stsTimeoutSeconds: 20 };
const REPLICAS = 2;
/** A day at most: the clock is moved while a token is under way. */
const TOKEN_SECONDS = 86_000;

/** Who draws: the holder of a worker key, or of the tokens of an issuer. */
export interface VendorWorker {
  mayServe: ReadonlySet<Customer>;
  /** When its key, or its tokens, were revoked: begun, so that either answer is right; done, so that none is served. */
  revoked: 'no' | 'begun' | 'done';
  /** What it presents, a token being another one each time. */
  bearer(): Promise<string>;
  revoke(): Promise<void>;
}

/** What one draw came to; `nothing`: no answer, as when the replica is just being replaced. */
export type Drawn =
  | { status: number; accountId: string | undefined; credentials: SessionKeys; code: string | undefined }
  | 'nothing';

interface SessionKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Customers, workers with keys and with tokens, and replicas that serve them and are replaced while they do. */
export interface MixedTraffic {
  customers: readonly Customer[];
  /** One that may serve these: a key of its own, or the next subject of one of the worker identities. */
  newWorker(served: readonly Customer[]): Promise<VendorWorker>;
  newTokenWorker(n: number): VendorWorker;
  /** How many worker identities there are. */
  identities: number;
  draw(worker: VendorWorker, path: string, how: 'body' | 'container', replica: number): Promise<Drawn>;
  /** Whose account AWS says that these keys act in; `none`: their session ended while the clock was moved. */
  accountOf(keys: SessionKeys): Promise<string>;
  /** A whole rotation, while the workers go on; false: the customer's last one is not over. */
  rotate(customer: Customer): Promise<boolean>;
  /** Another process takes a replica's place, with nothing in its cache. */
  restart(replica: number): Promise<void>;
  /** STS throttles, fails or hangs up on this customer's next calls. */
  disturb(customer: Customer, mode: 'throttle' | 'error' | 'close'): void;
  advance(seconds: number): void;
  close(): Promise<void>;
}

/** @param served which customers, by number, each worker identity is held to */
export async function startMixedTraffic(
  customersWanted: number,
  served: readonly (readonly number[])[],
): Promise<MixedTraffic> {
  const base = await startTestService({ config: PATIENT });
  const issuer = await startIssuer(base.clock.now);
  const customers: Customer[] = [];
  for (let n = 0; n < customersWanted; n++) customers.push(await createCustomer(base, n));
  const heldTo = served.map((numbers) => numbers.map((n) => customers[n] as Customer));
  const workerIdentities = heldTo.map((group, n) => identityOf(issuer, n, group));
  const open = () => startTestService({ replicaOf: base, config: { ...PATIENT, workerIdentities } });
  // What is said about tokens is said to one that stays.
  const steady = await open();
  const replicas: TestService[] = [];
  for (let n = 0; n < REPLICAS; n++) replicas.push(await open());
  const at = (n: number): TestService => replicas[n % REPLICAS] as TestService;
  let subjects = 0;

  return {
    customers,
    identities: heldTo.length,
    newWorker: (group) => keyWorker(base, customers, group),
    newTokenWorker: (n) => tokenWorker(steady, issuer, `identity-${n}`, heldTo[n] ?? [], `s-${++subjects}`),
    draw: async (worker, path, how, replica) => {
      const bearer = await worker.bearer();
      return draw(at(replica).as(bearer), path, how);
    },
    accountOf: (keys) => accountOf(base, keys),
    rotate: (customer) => rotate(base, customer),
    async restart(n) {
      const old = at(n);
      replicas[n % REPLICAS] = await open();
      await old.close();
    },
    disturb: ({ account, roleName }, mode) =>
      base.aws.faults.set(mode, {
        operation: 'AssumeRole',
        roleArn: `arn:aws:iam::${account}:role/${roleName}`,
        times: 4,
      }),
    advance: (seconds) => base.clock.advance(seconds),
    async close() {
      for (const replica of [...replicas, steady]) await replica.close();
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

async function keyWorker(
  service: TestService,
  customers: readonly Customer[],
  group: readonly Customer[],
): Promise<VendorWorker> {
  const held = group.length < customers.length;
  const { id, key } = await createKey(service, {
    role: 'worker',
    ...(held && { tenantIds: group.map(({ tenant }) => tenant.id) }),
  });
  return revocable(
    group,
    async () => key,
    async () => service.admin.delete(`/v1/api-keys/${id}`),
  );
}

function tokenWorker(
  service: TestService,
  issuer: Issuer,
  identity: string,
  group: readonly Customer[],
  subject: string,
): VendorWorker {
  const job = identity.replace('identity', 'job');
  const token = () => issuer.token({ sub: subject, job, exp: secondsOf(service) + TOKEN_SECONDS });
  return revocable(group, token, () => service.admin.post('/v1/token-revocations', { identity, subject }));
}

const secondsOf = (service: TestService): number => Math.floor(service.clock.now().getTime() / 1000);

function revocable(
  group: readonly Customer[],
  bearer: () => Promise<string>,
  revoking: () => Promise<ApiResponse>,
): VendorWorker {
  const worker: VendorWorker = {
    mayServe: new Set(group),
    revoked: 'no',
    bearer,
    async revoke() {
      worker.revoked = 'begun';
      const { status } = await revoking();
      if (status >= 300) throw new Error(`revoking answered ${status}`);
      worker.revoked = 'done';
    },
  };
  return worker;
}

async function draw(caller: Caller, path: string, how: 'body' | 'container'): Promise<Drawn> {
  try {
    const { status, body } =
      how === 'body'
        ? await caller.post(`${path}/credentials`, {})
        : await caller.get(`${path}/credentials/container`);
    const credentials =
      how === 'body'
        ? body
        : { accessKeyId: body.AccessKeyId, secretAccessKey: body.SecretAccessKey, sessionToken: body.Token };
    return { status, code: body.code, accountId: body.accountId ?? body.AccountId, credentials };
  } catch (error) {
    // The replica went away between the choice and the request.
    if (isGone(error)) return 'nothing';
    throw error;
  }
}

/** As Node.js and supertest say it of a connection that cannot be had, or that ends before its answer. */
function isGone(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return /\bE(CONNREFUSED|CONNRESET|CONNABORTED|PIPE)\b|socket hang up/.test(`${code} ${message}`);
}

/** Asked again when there is no answer, which says nothing about an account. */
async function accountOf(service: TestService, credentials: SessionKeys): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await callAws({
        endpoint: service.aws.url,
        credentials,
        service: 'sts',
        action: 'GetCallerIdentity',
        now: service.clock.now(),
      });
      return answer('Account') ?? 'an answer without an account';
    } catch (error) {
      if (error instanceof AwsCallError) {
        if (error.code === 'ExpiredToken') return 'none';
        throw error;
      }
      if (tries === 5) throw error;
    }
  }
}

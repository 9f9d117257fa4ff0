import { expect } from 'vitest';
import type { ApiResponse, Caller } from '../harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicyRequiring,
} from '../harness/service.ts';

/** Two replicas of one service, and a worker key. */
export interface Replicas {
  service: TestService;
  replica: TestService;
  worker: { id: string; key: string };
  close(): Promise<void>;
}

export async function startReplicas(): Promise<Replicas> {
  // Revoking tokens needs no token, so nothing ever fetches this issuer's keys.
  const nightly = {
    name: 'nightly',
    issuer: 'https://issuer.example.com',
    audience: 'countersign',
    claims: { sub: 'worker-1' },
    tenantIds: 'any' as const,
    profiles: 'any' as const,
  };
  const config = { workerIdentities: [nightly] };
  const service = await startTestService({ config });
  const replica = await startTestService({ replicaOf: service, config });
  const worker = await createKey(service, { role: 'worker' });
  return {
    service,
    replica,
    worker,
    async close() {
      await replica.close();
      await service.close();
    },
  };
}

export interface PostRequest {
  path: string;
  body?: object;
}

export function post(
  caller: Caller,
  { path, body }: PostRequest,
  idempotencyKey: string,
): Promise<ApiResponse> {
  return caller.post(path, body, { 'idempotency-key': idempotencyKey });
}

let keyNumber = 0;

export function newIdempotencyKey(): string {
  return `idempotency-${++keyNumber}`;
}

type Table =
  | 'tenants'
  | 'external_ids'
  | 'connections'
  | 'verification_runs'
  | 'access_profiles'
  | 'api_keys'
  | 'token_revocations'
  | 'webhooks'
  | 'audit_log';

export interface RouteCase {
  route: string;
  /** Creates what the route needs, and returns two different valid requests. */
  prepare(service: TestService): Promise<{ request: PostRequest; otherRequest: PostRequest }>;
  status: number;
  /** A query that makes the request a different one; `x=1` when left out, for the routes that read none. */
  otherQuery?: string;
  /** The role of the key that sends the requests; `admin` when left out. */
  role?: 'worker';
  /** The rows that one request inserts. */
  insertedRows: Partial<Record<Table, number>>;
  /** The response is never stored: a repeated request is processed again, answered from the cache and recorded. */
  isNeverStored?: boolean;
}

const tenantId = '/v1/tenants/:tenantId';
const connectionId = `${tenantId}/connections/:connectionId`;

async function newRole(service: TestService, tenant: TestTenant): Promise<{ roleArn: string }> {
  return { roleArn: await putRole(service.aws, trustPolicyRequiring(tenant.externalId)) };
}

async function createRotatingTenant(service: TestService): Promise<TestTenant> {
  const tenant = await createTenant(service);
  expect((await service.admin.post(`${tenant.path}/external-id/rotation`)).status).toBe(201);
  return tenant;
}

/** Nothing listens there. */
const WEBHOOK_URL = 'http://127.0.0.1:9/';

async function createWebhookPath(service: TestService): Promise<string> {
  const { body } = await service.admin.post('/v1/webhooks', { url: WEBHOOK_URL });
  return `/v1/webhooks/${body.id}`;
}

/** Creates a delivery, and returns the path that retries it. */
async function createRetryPath(service: TestService): Promise<string> {
  const path = await createWebhookPath(service);
  await createTenant(service);
  await service.admin.get('/v1/events?limit=1');
  const { body } = await service.admin.get(`${path}/deliveries?limit=1`);
  return `${path}/deliveries/${body.data[0].id}/retry`;
}

let number = 0;

/** One case for each POST route of the API. */
export const ROUTE_CASES: RouteCase[] = [
  {
    route: '/v1/tenants',
    status: 201,
    insertedRows: { tenants: 1, external_ids: 1, audit_log: 2 },
    prepare: async () => {
      const body = {
        name: `Once ${++number}`,
        reference: `once-${number}`,
        metadata: { b: [1, { a: 'é' }], a: 2 },
      };
      return {
        request: { path: '/v1/tenants', body },
        otherRequest: { path: '/v1/tenants', body: { ...body, reference: `other-${number}` } },
      };
    },
  },
  {
    route: '/v1/imports',
    status: 200,
    insertedRows: { tenants: 1, external_ids: 1, connections: 1, audit_log: 3 },
    otherQuery: 'dryRun=true',
    prepare: async () => {
      const rows = ['first', 'other'].map((reference) => ({
        reference: `import-${++number}-${reference}`,
        name: 'Imported',
        roleArn: 'arn:aws:iam::111111111111:role/Imported',
      }));
      return {
        request: { path: '/v1/imports', body: { rows: [rows[0], { reference: 'no role' }] } },
        otherRequest: { path: '/v1/imports', body: { rows: [rows[1]] } },
      };
    },
  },
  {
    route: '/v1/profiles',
    status: 201,
    insertedRows: { access_profiles: 1, audit_log: 1 },
    prepare: async () => {
      const body = { name: `once-${++number}`, maxDurationSeconds: 900 };
      return {
        request: { path: '/v1/profiles', body },
        otherRequest: { path: '/v1/profiles', body: { ...body, name: `other-${number}` } },
      };
    },
  },
  {
    route: '/v1/api-keys',
    status: 201,
    insertedRows: { api_keys: 1, audit_log: 1 },
    prepare: async () => ({
      request: { path: '/v1/api-keys', body: { name: 'once', role: 'auditor' } },
      otherRequest: { path: '/v1/api-keys', body: { name: 'once', role: 'admin' } },
    }),
  },
  {
    route: '/v1/token-revocations',
    status: 201,
    insertedRows: { token_revocations: 1, audit_log: 1 },
    prepare: async () => ({
      request: { path: '/v1/token-revocations', body: { identity: 'nightly', subject: `once-${++number}` } },
      otherRequest: { path: '/v1/token-revocations', body: { identity: 'nightly' } },
    }),
  },
  {
    route: '/v1/webhooks',
    status: 201,
    insertedRows: { webhooks: 1, audit_log: 1 },
    prepare: async () => ({
      request: { path: '/v1/webhooks', body: { url: WEBHOOK_URL } },
      otherRequest: { path: '/v1/webhooks', body: { url: WEBHOOK_URL, types: ['tenant.created'] } },
    }),
  },
  ...['secret', 'test'].map((action) => ({
    route: `/v1/webhooks/:webhookId/${action}`,
    status: 200,
    insertedRows: action === 'secret' ? { audit_log: 1 } : {},
    prepare: async (service: TestService) => ({
      request: { path: `${await createWebhookPath(service)}/${action}` },
      otherRequest: { path: `${await createWebhookPath(service)}/${action}` },
    }),
  })),
  {
    route: '/v1/webhooks/:webhookId/deliveries/:deliveryId/retry',
    status: 200,
    insertedRows: {},
    prepare: async (service) => ({
      request: { path: await createRetryPath(service) },
      otherRequest: { path: await createRetryPath(service) },
    }),
  },
  {
    route: `${tenantId}/tokens`,
    status: 201,
    insertedRows: { api_keys: 1, audit_log: 1 },
    prepare: async (service) => {
      const path = `${(await createTenant(service)).path}/tokens`;
      return {
        request: { path, body: { expiresInSeconds: 600 } },
        otherRequest: { path, body: { expiresInSeconds: 601 } },
      };
    },
  },
  {
    route: `${tenantId}/connect-links`,
    status: 201,
    insertedRows: { audit_log: 1 },
    prepare: async (service) => {
      const path = `${(await createTenant(service)).path}/connect-links`;
      return {
        request: { path, body: { expiresInSeconds: 600 } },
        otherRequest: { path, body: { expiresInSeconds: 601 } },
      };
    },
  },
  {
    route: `${tenantId}/connections`,
    status: 201,
    insertedRows: { connections: 1, audit_log: 1 },
    prepare: async (service) => {
      const tenant = await createTenant(service);
      const path = `${tenant.path}/connections`;
      return {
        request: { path, body: await newRole(service, tenant) },
        otherRequest: { path, body: await newRole(service, tenant) },
      };
    },
  },
  {
    route: `${tenantId}/connections/batch`,
    status: 200,
    insertedRows: { connections: 2, audit_log: 2 },
    prepare: async (service) => {
      const path = `${(await createTenant(service)).path}/connections/batch`;
      return {
        request: { path, body: { accountIds: ['111111111111', '222222222222', '12'] } },
        otherRequest: { path, body: { accountIds: ['333333333333', '444444444444'] } },
      };
    },
  },
  {
    route: `${tenantId}/connections/verifications`,
    status: 202,
    insertedRows: { verification_runs: 1 },
    prepare: async (service) => {
      const [first, second] = await Promise.all([createTenant(service), createTenant(service)]);
      for (const tenant of [first, second])
        await service.admin.post(`${tenant.path}/connections`, await newRole(service, tenant));
      return {
        request: { path: `${first.path}/connections/verifications`, body: { limit: 1 } },
        otherRequest: { path: `${second.path}/connections/verifications`, body: { limit: 2 } },
      };
    },
  },
  {
    route: `${connectionId}/verification`,
    status: 200,
    insertedRows: { audit_log: 1 },
    prepare: async (service) => {
      const [first, second] = await Promise.all([
        createConnectedTenant(service),
        createConnectedTenant(service),
      ]);
      return {
        request: { path: `${first.connection.path}/verification` },
        otherRequest: { path: `${second.connection.path}/verification` },
      };
    },
  },
  {
    route: `${tenantId}/trust-policy-checks`,
    status: 200,
    insertedRows: {},
    prepare: async (service) => {
      const tenant = await createTenant(service);
      const path = `${tenant.path}/trust-policy-checks`;
      return {
        request: { path, body: { policy: trustPolicyRequiring(tenant.externalId) } },
        otherRequest: { path, body: { policy: {} } },
      };
    },
  },
  {
    route: `${tenantId}/external-id/rotation`,
    status: 201,
    insertedRows: { external_ids: 1, audit_log: 2 },
    prepare: async (service) => {
      const [first, second] = await Promise.all([createTenant(service), createTenant(service)]);
      return {
        request: { path: `${first.path}/external-id/rotation` },
        otherRequest: { path: `${second.path}/external-id/rotation` },
      };
    },
  },
  {
    route: `${tenantId}/external-id/rotation/complete`,
    status: 200,
    insertedRows: { audit_log: 2 },
    prepare: async (service) => {
      const [first, second] = await Promise.all([
        createRotatingTenant(service),
        createRotatingTenant(service),
      ]);
      return {
        request: { path: `${first.path}/external-id/rotation/complete` },
        otherRequest: { path: `${second.path}/external-id/rotation/complete` },
      };
    },
  },
  {
    route: `${connectionId}/credentials`,
    status: 200,
    insertedRows: {},
    isNeverStored: true,
    role: 'worker',
    prepare: async (service) => {
      const path = `${(await createConnectedTenant(service)).connection.path}/credentials`;
      return {
        request: { path, body: { durationSeconds: 900 } },
        otherRequest: { path, body: { durationSeconds: 901 } },
      };
    },
  },
];

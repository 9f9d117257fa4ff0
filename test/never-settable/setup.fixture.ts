import type { RouteOptions } from 'fastify';
import { PERMISSIONS, type Permission } from '../../src/identity/permissions.ts';
import type { Role } from '../../src/identity/principal.ts';
import { newId } from '../../src/lib/ids.ts';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../harness/service.ts';

/** The external ID that every attempt tries to set. */
export const CHOSEN_ID = '0a0a0a0a-0b0b-4c0c-8d0d-0e0e0e0e0e0e';

export interface Setup {
  service: TestService;
  replica: TestService;
  tenant: TestTenant;
  connection: TestConnection;
  otherTenant: TestTenant;
  workerKey: string;
  close(): Promise<void>;
}

/** Starts two replicas and creates two tenants, each with a verified connection. */
export async function startSetup(): Promise<Setup> {
  const service = await startTestService();
  const replica = await startTestService({ replicaOf: service });
  const { tenant, connection } = await createConnectedTenant(service);
  const { tenant: otherTenant } = await createConnectedTenant(service);
  const { key: workerKey } = await createKey(service, { role: 'worker' });
  return {
    service,
    replica,
    tenant,
    connection,
    otherTenant,
    workerKey,
    async close() {
      await replica.close();
      await service.close();
    },
  };
}

export async function readExternalIds(service: TestService): Promise<unknown[]> {
  return (await service.queryAsOwner('SELECT * FROM external_ids ORDER BY id')).rows;
}

/** Replaces `T` by the tenant's ID and `V` by the chosen external ID. */
export function fillPlaceholders(sql: string, tenant: TestTenant): string {
  return sql.replace(/\bT\b/g, `'${tenant.id}'`).replace(/\bV\b/g, `'${CHOSEN_ID}'`);
}

export interface ApiRoute {
  method: string;
  url: string;
  /** The URL with the IDs of the tenant and its connection. */
  path: string;
  /** A key that may call the route. */
  key: string;
  route: RouteOptions;
}

export function listApiRoutes({ service, tenant, connection, workerKey }: Setup): ApiRoute[] {
  const ids: Record<string, string> = {
    tenantId: tenant.id,
    connectionId: connection.id,
    artifact: 'trust-policy.json',
  };
  const fillIds = (url: string) =>
    url.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? newId(name.replace(/Id$/, '')));
  return service.service.routes
    .filter((route) => route.url.startsWith('/v1/'))
    .flatMap((route) => {
      const allowed = PERMISSIONS[route.config?.access as Permission] as readonly Role[];
      const key = allowed.includes('admin') ? service.adminKey : workerKey;
      const { url } = route;
      return [route.method]
        .flat()
        .map((method) => ({ method: String(method), url, path: fillIds(url), key, route }));
    });
}

export interface TestRequest {
  /** Identifies the request in a failure. */
  label: string;
  method: string;
  path: string;
  body?: string;
  /** The admin key when left out. */
  key?: string;
  headers?: Record<string, string>;
}

export async function send(service: TestService, { method, path, body, key, headers }: TestRequest) {
  const response = await fetch(service.url + path, {
    method,
    body,
    headers: {
      authorization: `Bearer ${key ?? service.adminKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

import type { RouteOptions } from 'fastify';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestConnection, TestService, TestTenant } from '../harness/service.ts';
import {
  CHOSEN_ID,
  listApiRoutes,
  readExternalIds,
  type Setup,
  send,
  startSetup,
  type TestRequest,
} from './setup.fixture.ts';

const SPELLINGS = [
  'externalId',
  'external_id',
  'ExternalID',
  'EXTERNAL-ID',
  'external id',
  'sts:ExternalId',
  'externalId[]',
  'tenant.externalId',
  'newExternalId',
  'ｅｘｔｅｒｎａｌＩｄ',
  'external\u200bId',
  'e\u200dxternal\ufeffI\u00add',
];

let setup: Setup;
let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;

beforeAll(async () => {
  setup = await startSetup();
  ({ service, tenant, connection } = setup);
});
afterAll(() => setup?.close());

/** Whether the query names the external ID exactly as a route allows that searches for it. */
const isSearch = ({ config }: RouteOptions, query: string): boolean =>
  new URLSearchParams(query).has(config?.searchedExternalId ?? '');

/** Reads everything that a request could have changed. */
async function readEverything(): Promise<unknown> {
  const { rows } = await service.queryAsOwner(`SELECT
    (SELECT jsonb_agg(t ORDER BY id) FROM tenants t) AS tenants,
    (SELECT jsonb_agg(e ORDER BY id) FROM external_ids e) AS external_ids,
    (SELECT jsonb_agg(c ORDER BY id) FROM connections c) AS connections,
    (SELECT jsonb_agg(k ORDER BY id) FROM api_keys k) AS api_keys,
    (SELECT jsonb_agg(p ORDER BY id) FROM access_profiles p) AS access_profiles,
    (SELECT count(*) FROM audit_log) AS events,
    (SELECT count(*) FROM idempotency_keys) AS idempotency_keys`);
  return rows[0];
}

async function expectRejected(requests: TestRequest[]): Promise<void> {
  const before = await readEverything();
  for (const request of requests) {
    const { status, body } = await send(service, request);
    expect({ status, code: body?.code }, request.label).toEqual({
      status: 400,
      code: 'external_id_not_settable',
    });
    expect(JSON.stringify(body), request.label).not.toContain(CHOSEN_ID);
  }
  expect(await readEverything()).toEqual(before);
}

describe('an external ID in a request', () => {
  test('is rejected in the query of every route, in every spelling', async () => {
    const queries = [...SPELLINGS, 'metadata[externalId]', 'a[0][external_id]'].map(encodeURIComponent);
    const routes = listApiRoutes(setup);
    expect(routes.length).toBeGreaterThan(20);
    await expectRejected(
      routes.flatMap(({ method, path, key, route }) =>
        [...queries, 'limit=1&externalId', '%65xternal%49d', 'externalId=a&externalId']
          .filter((query) => !isSearch(route, query))
          .map((query) => ({
            label: `${method} ${path}?${query}`,
            method,
            path: `${path}?${query}=${CHOSEN_ID}`,
            key,
          })),
      ),
    );
  });

  test('is searched for in the list of all connections alone, by its exact name, and sets nothing', async () => {
    const searching = listApiRoutes(setup).filter(({ route }) => isSearch(route, 'externalId'));
    expect(searching.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v1/connections']);
    const before = await readEverything();
    const responses = await Promise.all(
      ['', '&limit=1', '&externalId=a', '&q=a'].map((more) =>
        service.admin.get(`/v1/connections?externalId=${CHOSEN_ID}${more}`),
      ),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 400, 400]);
    for (const { text } of responses) expect(text).not.toContain(CHOSEN_ID);
    expect((await service.admin.get(`/v1/search?q=${CHOSEN_ID}`)).body).toEqual({
      tenants: [],
      connections: [],
    });
    expect(await readEverything()).toEqual(before);
    expect(service.logLines.join('')).not.toContain(CHOSEN_ID);
  });

  // This test sends a thousand requests, so it has its own time limit.
  test('is rejected in the body of every route that reads one: at the top, nested, in arrays and in metadata', async () => {
    const bodies = (name: string): object[] => [
      { [name]: CHOSEN_ID },
      { name: 'New', [name]: CHOSEN_ID },
      { name: 'New', [name]: null },
      { name: 'New', metadata: { [name]: CHOSEN_ID } },
      { metadata: { deep: [{ deeper: [[{ [name]: CHOSEN_ID }]] }] } },
      { roleArn: 'arn:aws:iam::111111111111:role/New', [name]: CHOSEN_ID },
      { name: 'new', inlinePolicy: {}, sessionPolicy: {}, [name]: CHOSEN_ID },
      { name: 'new', sessionPolicyArns: [{ [name]: CHOSEN_ID }], policy: { [name]: CHOSEN_ID } },
    ];
    const writeRoutes = listApiRoutes(setup).filter(({ method }) => method !== 'GET');
    for (const [index, name] of SPELLINGS.entries()) {
      // Every body with one spelling, and every spelling at the top and deep inside.
      const [top, ...others] = bodies(name);
      const tried = index === 0 ? [top, ...others] : [top, others[3]];
      await expectRejected(
        writeRoutes.flatMap(({ method, path, key, url }) =>
          tried.map((body) => ({
            label: `${method} ${url} ${JSON.stringify(body)}`,
            method,
            path,
            key,
            body: JSON.stringify(body),
          })),
        ),
      );
    }
  }, 180_000);

  test('is rejected below a policy member that the route does not have', async () => {
    const members = ['inlinePolicy', 'sessionPolicy', 'policy', 'trustPolicy'];
    const writeRoutes = listApiRoutes(setup).filter(({ method }) => method !== 'GET');
    expect(writeRoutes.some(({ route }) => route.config?.policyMembers !== undefined)).toBe(true);
    await expectRejected(
      writeRoutes.flatMap(({ method, path, key, url, route }) =>
        members
          .filter((member) => !route.config?.policyMembers?.includes(member))
          .flatMap((member) => [
            { [member]: { externalId: CHOSEN_ID } },
            { a: { [member]: { externalId: CHOSEN_ID } } },
          ])
          .map((body) => ({
            label: `${method} ${url} ${JSON.stringify(body)}`,
            method,
            path,
            key,
            body: JSON.stringify(body),
          })),
      ),
    );
  });

  test('sets nothing below the policy of a profile: an unknown element is rejected, a condition stays in the policy', async () => {
    const before = await readExternalIds(service);
    const rejected = await send(service, {
      label: 'element',
      method: 'POST',
      path: '/v1/profiles',
      body: JSON.stringify({ name: 'new', inlinePolicy: { Statement: [], externalId: CHOSEN_ID } }),
    });
    expect([rejected.status, rejected.body.code]).toEqual([400, 'validation_failed']);
    const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
    const saved = await send(service, {
      label: 'condition',
      method: 'POST',
      path: '/v1/profiles',
      body: JSON.stringify({
        name: 'new',
        inlinePolicy: {
          Statement: { ...statement, Condition: { StringEquals: { 'sts:ExternalId': CHOSEN_ID } } },
        },
      }),
    });
    expect(saved.status).toBe(201);
    expect(await readExternalIds(service)).toEqual(before);
  });

  test('is rejected when JSON hides it: escapes, duplicate keys, an array at the top', async () => {
    const bodies = [
      '{"name":"New","\\u0065xternalId":"V"}',
      '{"name":"New","\\u0065\\u0078\\u0074\\u0065\\u0072\\u006e\\u0061\\u006c\\u0049\\u0064":"V"}',
      '{"name":"New","external\\u200bId":"V"}',
      '{"externalId":"V","name":"New","externalId":"V"}',
      '{"name":"New","metadata":{},"metadata":{"externalId":"V"}}',
      '{"name":"New","metadata":{"a":1,"externalId":"V","externalId":null}}',
      '[{"externalId":"V"}]',
      '  {"name":"New",\n\t"externalId" : {"value":"V"}}',
    ];
    const targets = [
      { method: 'POST', path: '/v1/tenants' },
      { method: 'PATCH', path: tenant.path },
      { method: 'PATCH', path: connection.path },
    ];
    await expectRejected(
      targets.flatMap((target) =>
        bodies.map((body) => ({ ...target, label: body, body: body.replaceAll('"V"', `"${CHOSEN_ID}"`) })),
      ),
    );
  });

  test('has no effect when a later duplicate key replaces its parent', async () => {
    const { status, body } = await send(service, {
      label: 'hidden',
      method: 'POST',
      path: '/v1/tenants',
      body: `{"name":"Hidden","metadata":{"externalId":"${CHOSEN_ID}"},"metadata":{}}`,
    });
    if (status === 201) expect(body.metadata).toEqual({});
    else expect(body.code).toBe('external_id_not_settable');
    expect(JSON.stringify(body)).not.toContain(CHOSEN_ID);
  });

  test('has no effect as a header, an Idempotency-Key, a name or a reference', async () => {
    const { status, body } = await send(service, {
      label: 'headers',
      method: 'POST',
      path: '/v1/tenants',
      body: JSON.stringify({
        name: CHOSEN_ID,
        reference: CHOSEN_ID,
        metadata: { id: CHOSEN_ID, note: 'externalId' },
      }),
      headers: {
        'idempotency-key': CHOSEN_ID,
        'x-request-id': CHOSEN_ID,
        'x-external-id': CHOSEN_ID,
        'external-id': CHOSEN_ID,
        externalid: CHOSEN_ID,
        'sts-externalid': CHOSEN_ID,
        'x-amz-external-id': CHOSEN_ID,
        cookie: `externalId=${CHOSEN_ID}`,
      },
    });
    expect(status).toBe(201);
    expect(body.externalId).not.toBe(CHOSEN_ID);
    const { rows } = await service.queryAsOwner(
      'SELECT count(*)::int AS n FROM external_ids WHERE value = $1',
      [CHOSEN_ID],
    );
    expect(rows[0].n).toBe(0);
  });

  test('is ignored or rejected in the body of a GET', async () => {
    const before = await readEverything();
    const { status, body } = await request(service.url)
      .get(tenant.path)
      .set('authorization', `Bearer ${service.adminKey}`)
      .send({ externalId: CHOSEN_ID });
    if (status === 200) expect(body.externalId).toBe(tenant.externalId);
    else expect(body.code).toBe('external_id_not_settable');
    expect(await readEverything()).toEqual(before);
  });
});

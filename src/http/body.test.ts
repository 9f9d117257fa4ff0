import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConnectedTenant, startTestService, type TestService } from '../../test/harness/service.ts';

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/octet-stream',
];

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

const send = (method: string, path: string, type: string, body: string) =>
  fetch(service.url + path, {
    method,
    headers: { authorization: `Bearer ${service.adminKey}`, 'content-type': type },
    body,
  });

describe('a body', () => {
  test('without a byte is no body, whatever its Content-Type', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    for (const type of TYPES) {
      const status = async (method: string, path: string) => (await send(method, path, type, '')).status;
      expect(await status('POST', `${connection.path}/verification`), type).toBe(200);
      expect(await status('POST', `${tenant.path}/tokens`), type).toBe(201);
      expect(await status('POST', `${tenant.path}/external-id/rotation`), type).toBe(201);
      expect(await status('DELETE', `${tenant.path}/external-id/rotation`), type).toBe(204);
      expect(await status('POST', '/v1/tenants'), type).toBe(400);
    }
  });

  test('that is no JSON is refused with what to send instead', async () => {
    for (const type of TYPES.slice(1)) {
      const response = await send('POST', '/v1/tenants', type, '{"name":"x"}');
      expect(response.status, type).toBe(400);
      expect(await response.json()).toMatchObject({
        code: 'validation_failed',
        detail: expect.stringContaining('application/json'),
      });
    }
    for (const body of [
      '{"__proto__":{}}',
      '{"name":"x","metadata":{"constructor":{"prototype":{}}}}',
      '{',
    ]) {
      expect((await send('POST', '/v1/tenants', 'application/json', body)).status, body).toBe(400);
    }
  });
});

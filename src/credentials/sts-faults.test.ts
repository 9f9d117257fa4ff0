import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import type { FaultMode, FaultOptions } from '../aws-emulator/faults.ts';

let service: TestService;
let worker: Caller;

beforeAll(async () => {
  service = await startTestService({ config: { stsTimeoutSeconds: 3 } });
  worker = (await createKey(service, { role: 'worker' })).caller;
});
afterAll(() => service.close());

describe('an STS that', () => {
  const faults: [string, FaultMode, FaultOptions, string][] = [
    ['throttles', 'throttle', {}, 'aws_throttled'],
    ['answers 500', 'error', {}, 'aws_unavailable'],
    ['hangs', 'hang', {}, 'aws_unavailable'],
    ['is slow', 'slow', { delayMs: 20_000 }, 'aws_unavailable'],
    ['closes the socket', 'close', {}, 'aws_unavailable'],
    ['answers HTML with 200', 'garbage', { status: 200 }, 'aws_unavailable'],
    ['answers HTML with 403', 'garbage', { status: 403 }, 'aws_unavailable'],
    ['answers HTML with 500', 'garbage', { status: 500 }, 'aws_unavailable'],
  ];
  test.each(faults)(
    '%s causes a 503 with Retry-After, never a denial, and blocks no other request',
    async (_, mode, options, code) => {
      const { tenant, connection } = await createConnectedTenant(service);
      service.aws.faults.set(mode, { ...options, roleArn: connection.roleArn });
      try {
        const pending = worker.post(`${connection.path}/credentials`, {});
        const verifying = service.admin.post(`${connection.path}/verification`);
        expect((await service.admin.get(tenant.path)).status).toBe(200);
        expect((await service.as(null).get('/readyz')).status).toBe(200);
        const response = await pending;
        expect([response.status, response.body.code]).toEqual([503, code]);
        expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
        expect(response.text).not.toMatch(/html|SANDBOX|secret/i);
        const verification = await verifying;
        expect(verification.body).toMatchObject({
          outcome: 'inconclusive',
          retryAfterSeconds: expect.any(Number),
        });
        expect((await service.admin.get(connection.path)).body.status).toBe('verified');
      } finally {
        service.aws.faults.clear();
      }
      expect((await worker.post(`${connection.path}/credentials`, {})).status).toBe(200);
    },
  );

  test('throttles and then hangs causes aws_throttled', async () => {
    const { connection } = await createConnectedTenant(service);
    service.aws.faults.set('throttle', { times: 1, roleArn: connection.roleArn });
    service.aws.faults.set('hang', { roleArn: connection.roleArn });
    try {
      const response = await worker.post(`${connection.path}/credentials`, {});
      expect([response.status, response.body.code]).toEqual([503, 'aws_throttled']);
    } finally {
      service.aws.faults.clear();
    }
  });
});

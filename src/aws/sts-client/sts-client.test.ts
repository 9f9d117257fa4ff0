import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type FakeSts,
  type ReceivedRequest,
  requestOf,
  respondWithCredentials,
  respondWithError,
  startFakeSts,
} from './fake-sts.fixture.ts';

let fakeSts: FakeSts;

beforeEach(async () => {
  fakeSts = await startFakeSts();
});
afterEach(() => fakeSts.close());

describe('concurrent calls', () => {
  test('each send their own role and external ID, and receive their own response', async () => {
    const COUNT = 100;
    const sts = fakeSts.createClient();
    const waiting: ReceivedRequest[] = [];
    fakeSts.respond = (request) => {
      waiting.push(request);
      // Responses are sent in reverse order.
      if (waiting.length === COUNT)
        for (const received of waiting.reverse()) respondWithCredentials(received);
    };
    const assumedRoles = await Promise.all(
      Array.from({ length: COUNT }, (_, n) => sts.assumeRole(requestOf(n))),
    );
    expect(assumedRoles.map(({ accessKeyId }) => accessKeyId)).toEqual(
      Array.from({ length: COUNT }, (_, n) => `external-id-${n}`),
    );
    for (const { form } of fakeSts.received) {
      const n = Number(form.get('ExternalId')?.slice('external-id-'.length));
      expect(form.get('RoleArn')).toBe(requestOf(n).roleArn);
      expect(form.get('RoleSessionName')).toBe(`session-${n}`);
    }
  });

  test('reject a response for another session or another account', async () => {
    const sts = fakeSts.createClient();
    const ownForm = {
      RoleArn: requestOf(1).roleArn,
      RoleSessionName: 'session-1',
      ExternalId: 'external-id-1',
    };
    for (const changes of [{ RoleSessionName: 'session-2' }, { RoleArn: requestOf(2).roleArn }]) {
      const form = new URLSearchParams({ ...ownForm, ...changes });
      fakeSts.respond = ({ headers, response }) => respondWithCredentials({ headers, response, form });
      await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
      await expect(sts.probe(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    }
  });

  test('count every attempt towards the budget of their own tenant', async () => {
    const consumed: (string | null)[] = [];
    const sts = fakeSts.createClient({
      budget: { consume: (tenantId) => void consumed.push(tenantId), remaining: () => 1 },
    });
    fakeSts.respond = (request) => {
      const attempts = fakeSts.received.filter(
        ({ form }) => form.get('RoleArn') === request.form.get('RoleArn'),
      );
      if (request.form.get('RoleSessionName') === 'session-1' && attempts.length < 3)
        respondWithError(500, 'InternalFailure')(request);
      else respondWithCredentials(request);
    };
    await Promise.all([0, 1, 2].map((n) => sts.assumeRole(requestOf(n))));
    expect(consumed.sort()).toEqual(['tenant 0', 'tenant 1', 'tenant 1', 'tenant 1', 'tenant 2']);
  });
});

describe('a call that times out', () => {
  test('ends while STS does not respond', async () => {
    const sts = fakeSts.createClient({ timeoutSeconds: 0.2 });
    fakeSts.respond = () => {};
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
  });

  test('ends as throttled if STS throttled it, and sends no further attempt', async () => {
    const sts = fakeSts.createClient({ timeoutSeconds: 1 });
    fakeSts.respond = respondWithError(400, 'Throttling', { 'x-amz-retry-after': '1200' });
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'throttled' });
    // The retry of this call is sent after the second attempt of the first call would have been.
    const otherClient = fakeSts.createClient();
    fakeSts.respond = (request) => {
      const attempts = fakeSts.received.filter(({ form }) => form.get('RoleSessionName') === 'session-2');
      if (attempts.length < 2) respondWithError(400, 'Throttling', { 'x-amz-retry-after': '1500' })(request);
      else respondWithCredentials(request);
    };
    await otherClient.assumeRole(requestOf(2));
    expect(fakeSts.received.map(({ form }) => form.get('RoleSessionName'))).toEqual([
      'session-1',
      'session-2',
      'session-2',
    ]);
  });

  test('ends during a slow response, and closes its connection', async () => {
    const sts = fakeSts.createClient({ timeoutSeconds: 0.2 });
    const closed = new Promise<void>((resolve) => {
      fakeSts.respond = ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const writes = setInterval(() => response.write(' '), 10);
        response.on('close', () => {
          clearInterval(writes);
          resolve();
        });
      };
    });
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
    await closed;
  });
});

test('a closed client does not retry, so that a process can exit while STS does not respond', async () => {
  const sts = fakeSts.createClient();
  fakeSts.respond = () => sts.close();
  await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
  expect(fakeSts.received.length).toBe(1);
});

test('AccessDenied from STS is a denial', async () => {
  fakeSts.respond = respondWithError(403, 'AccessDenied');
  expect(await fakeSts.createClient().probe(requestOf(1))).toBe('denied');
});

test('the broker credentials are read again when they expire', async () => {
  let reads = 0;
  const sts = fakeSts.createClient({
    credentials: async () => {
      reads++;
      const expiration = new Date(Date.now() + (reads === 1 ? 1_000 : 3_600_000));
      return { accessKeyId: `AKID${reads}`, secretAccessKey: 'example', expiration };
    },
  });
  fakeSts.respond = respondWithCredentials;
  for (const n of [1, 2, 3]) await sts.assumeRole(requestOf(n));
  const accessKeyIds = fakeSts.received.map(
    ({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1],
  );
  // The SDK refreshes credentials in their last five minutes.
  expect(accessKeyIds.at(-1)).toBe('AKID2');
});

test('the user agent identifies Countersign in CloudTrail', async () => {
  fakeSts.respond = respondWithCredentials;
  await fakeSts.createClient().assumeRole(requestOf(1));
  expect(fakeSts.received[0]?.headers['user-agent']).toMatch(/^countersign\/\d+\.\d+\.\d+ /);
});

describe("a denial of the broker's own role", () => {
  /** The error of the SDK, which is the same as the one for a customer's role. */
  const createDenial = () =>
    Object.assign(new Error('not authorized to perform sts:AssumeRoleWithWebIdentity'), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });

  test('is not recorded as a denial of a customer role or a probe', async () => {
    fakeSts.respond = respondWithCredentials;
    const sts = fakeSts.createClient({ credentials: () => Promise.reject(createDenial()) });
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'no_credentials' });
    await expect(sts.probe(requestOf(1))).rejects.toMatchObject({ failure: 'no_credentials' });
    expect(fakeSts.received).toEqual([]);
  });

  test('between two attempts is not recorded as a denial either', async () => {
    let isAllowed = true;
    const sts = fakeSts.createClient({
      credentials: async () => {
        if (!isAllowed) throw createDenial();
        // The SDK requests credentials that expire this soon again for every signature.
        return { accessKeyId: 'AKID', secretAccessKey: 'example', expiration: new Date(Date.now() + 1_000) };
      },
    });
    fakeSts.respond = (request) => {
      isAllowed = false;
      respondWithError(500, 'InternalFailure')(request);
    };
    await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'no_credentials' });
    expect(fakeSts.received.length).toBe(1);
  });
});

test('a rejection of the signature time that the Date header does not correct is blamed on the clock', async () => {
  const sts = fakeSts.createClient();
  for (const code of ['RequestExpired', 'RequestInTheFuture']) {
    fakeSts.respond = respondWithError(403, code);
    await expect(sts.probe(requestOf(1))).rejects.toMatchObject({ failure: 'clock_wrong' });
  }
});

test('expired credentials of the broker are a failure of its own, and no denial', async () => {
  const sts = fakeSts.createClient();
  fakeSts.respond = respondWithError(403, 'ExpiredToken');
  await expect(sts.probe(requestOf(1))).rejects.toMatchObject({ failure: 'no_credentials' });
});

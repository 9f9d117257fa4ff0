import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { type Sandbox, startSandbox } from './emulator.ts';
import { readSignature, signRequest, verifySignature } from './signature.ts';
import { CUSTOMER, rootKeys } from './test-client.ts';

const NOW = new Date('2030-01-01T12:00:00Z');
const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ clock: manualClock(NOW) });
});
afterAll(() => sandbox.close());

const signed = (more: Partial<Parameters<typeof signRequest>[0]> = {}) =>
  signRequest({
    url: sandbox.url,
    body: BODY,
    credentials: rootKeys(CUSTOMER),
    region: 'eu-west-1',
    service: 'sts',
    now: NOW,
    ...more,
  });

/** Status and error code of the answer. */
async function ask(headers: Record<string, string>, body: string = BODY): Promise<[number, string]> {
  const { host: _, ...rest } = headers;
  const response = await fetch(sandbox.url, { method: 'POST', headers: rest, body });
  expect(response.headers.get('x-amzn-requestid')).toBeTruthy();
  return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? 'none'];
}

const REFUSED = [403, 'SignatureDoesNotMatch'];

describe('a signed request', () => {
  it('is taken', async () => {
    await expect(ask(signed())).resolves.toEqual([200, 'none']);
  });

  it('verifies, whatever is in it, and no longer when one byte of it changed', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.string(),
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (secret, other, body, now) => {
          fc.pre(secret !== other);
          const credentials = { accessKeyId: 'AKIA1', secretAccessKey: secret, sessionToken: 'a.b-c' };
          const headers = signRequest({
            url: 'http://127.0.0.1:1234',
            body,
            credentials,
            region: 'eu-west-1',
            service: 'iam',
            now,
          });
          const claimed = readSignature(headers);
          const expected = { secretAccessKey: secret, service: 'iam', now };
          verifySignature({ headers, body }, claimed, expected);
          expect(() => verifySignature({ headers, body: `${body}x` }, claimed, expected)).toThrow();
          expect(() =>
            verifySignature({ headers, body }, claimed, { ...expected, secretAccessKey: other }),
          ).toThrow();
          for (const name of ['host', 'x-amz-date', 'x-amz-security-token']) {
            const changed = { ...headers, [name]: `${headers[name]}1` };
            expect(() => verifySignature({ headers: changed, body }, claimed, expected)).toThrow();
          }
        },
      ),
    );
  });

  it('is refused with another body, though the hash of the old one came along', async () => {
    await expect(ask(signed(), `${BODY}&DurationSeconds=900`)).resolves.toEqual(REFUSED);
  });

  it('is refused with a body that says it is not under the signature', async () => {
    await expect(ask({ ...signed(), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).resolves.toEqual(REFUSED);
  });

  it.each([-15.1, 15.1])('is refused %d minutes off', async (minutes) => {
    await expect(ask(signed({ now: new Date(NOW.getTime() + minutes * 60_000) }))).resolves.toEqual(REFUSED);
  });

  it.each([-14.9, 14.9])('is taken %d minutes off', async (minutes) => {
    await expect(ask(signed({ now: new Date(NOW.getTime() + minutes * 60_000) }))).resolves.toEqual([
      200,
      'none',
    ]);
  });

  it('is refused with an x-amz header that is not under the signature', async () => {
    await expect(ask({ ...signed(), 'x-amz-extra': 'a' })).resolves.toEqual(REFUSED);
  });

  it('is refused when the host is not under the signature', async () => {
    const headers = signed();
    const authorization = headers.authorization?.replace('host;', '') ?? '';
    await expect(ask({ ...headers, authorization })).resolves.toEqual(REFUSED);
  });

  it('is refused when it names a header under the signature that did not come', async () => {
    const headers = signed();
    const authorization = headers.authorization?.replace('host;', 'host;x-absent;') ?? '';
    await expect(ask({ ...headers, authorization })).resolves.toEqual(REFUSED);
  });

  it('is refused when it was signed for another host', async () => {
    await expect(ask(signed({ url: 'http://sts.amazonaws.com' }))).resolves.toEqual(REFUSED);
  });

  it('is refused when it was signed for another service', async () => {
    await expect(ask(signed({ service: 'iam' }))).resolves.toEqual(REFUSED);
  });

  it('is refused when the day of its scope is another than its own', async () => {
    const headers = signed();
    const authorization = headers.authorization?.replace('/20300101/', '/20300102/') ?? '';
    await expect(ask({ ...headers, authorization })).resolves.toEqual(REFUSED);
  });

  it.each<[string, Record<string, string>, [number, string]]>([
    ['nothing', {}, [403, 'MissingAuthenticationToken']],
    ['another scheme', { authorization: 'Bearer x' }, [400, 'IncompleteSignature']],
    [
      'a signature in capitals',
      {
        authorization: `AWS4-HMAC-SHA256 Credential=a/20300101/b/sts/aws4_request, SignedHeaders=host, Signature=${'A'.repeat(64)}`,
      },
      [400, 'IncompleteSignature'],
    ],
  ])('is asked for where there is %s', async (_, headers, expected) => {
    await expect(ask(headers)).resolves.toEqual(expected);
  });

  it('is asked for a date', async () => {
    const { 'x-amz-date': _, ...rest } = signed();
    await expect(ask(rest)).resolves.toEqual([400, 'IncompleteSignature']);
    await expect(ask({ ...rest, 'x-amz-date': '20301301T000000Z' })).resolves.toEqual([
      400,
      'IncompleteSignature',
    ]);
  });
});

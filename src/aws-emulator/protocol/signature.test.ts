import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../lib/clock.ts';
import { adminCredentials } from '../account-credentials.ts';
import { CUSTOMER } from '../emulator.fixture.ts';
import { type AwsEmulator, startAwsEmulator } from '../emulator.ts';
import { parseSignature, signRequest, verifySignature } from './signature.ts';

const NOW = new Date('2030-01-01T12:00:00Z');
const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';

let emulator: AwsEmulator;
beforeAll(async () => {
  emulator = await startAwsEmulator({ clock: manualClock(NOW) });
});
afterAll(() => emulator.close());

const sign = (changes: Partial<Parameters<typeof signRequest>[0]> = {}) =>
  signRequest({
    url: emulator.url,
    body: BODY,
    credentials: adminCredentials(CUSTOMER),
    region: 'eu-west-1',
    service: 'sts',
    now: NOW,
    ...changes,
  });

/** Returns the status and the error code of the response. */
async function send(headers: Record<string, string>, body: string = BODY): Promise<[number, string]> {
  const { host: _, ...rest } = headers;
  const response = await fetch(emulator.url, { method: 'POST', headers: rest, body });
  expect(response.headers.get('x-amzn-requestid')).toBeTruthy();
  return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? 'none'];
}

const REJECTED = [403, 'SignatureDoesNotMatch'];

describe('a signed request', () => {
  it('is accepted', async () => {
    await expect(send(sign())).resolves.toEqual([200, 'none']);
  });

  it('is verified, and rejected after any change to the body, a header or the secret', () => {
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
          const unverified = parseSignature(headers);
          const expected = { secretAccessKey: secret, service: 'iam', now };
          verifySignature({ headers, body }, unverified, expected);
          expect(() => verifySignature({ headers, body: `${body}x` }, unverified, expected)).toThrow();
          expect(() =>
            verifySignature({ headers, body }, unverified, { ...expected, secretAccessKey: other }),
          ).toThrow();
          for (const name of ['host', 'x-amz-date', 'x-amz-security-token']) {
            const changed = { ...headers, [name]: `${headers[name]}1` };
            expect(() => verifySignature({ headers: changed, body }, unverified, expected)).toThrow();
          }
        },
      ),
    );
  });

  it('is rejected with another body, even if the header has the hash of the signed one', async () => {
    await expect(send(sign(), `${BODY}&DurationSeconds=900`)).resolves.toEqual(REJECTED);
  });

  it('is rejected when a header declares the payload as unsigned', async () => {
    await expect(send({ ...sign(), 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).resolves.toEqual(REJECTED);
  });

  it.each([-15.1, 15.1])('is rejected when its time differs by %d minutes', async (minutes) => {
    await expect(send(sign({ now: new Date(NOW.getTime() + minutes * 60_000) }))).resolves.toEqual(REJECTED);
  });

  it.each([-14.9, 14.9])('is accepted when its time differs by %d minutes', async (minutes) => {
    await expect(send(sign({ now: new Date(NOW.getTime() + minutes * 60_000) }))).resolves.toEqual([
      200,
      'none',
    ]);
  });

  it('is rejected with an unsigned x-amz header', async () => {
    await expect(send({ ...sign(), 'x-amz-extra': 'a' })).resolves.toEqual(REJECTED);
  });

  it('is rejected when the host is unsigned', async () => {
    const headers = sign();
    const authorization = headers.authorization?.replace('host;', '') ?? '';
    await expect(send({ ...headers, authorization })).resolves.toEqual(REJECTED);
  });

  it('is rejected when a signed header is missing', async () => {
    const headers = sign();
    const authorization = headers.authorization?.replace('host;', 'host;x-absent;') ?? '';
    await expect(send({ ...headers, authorization })).resolves.toEqual(REJECTED);
  });

  it('is rejected when it was signed for another host', async () => {
    await expect(send(sign({ url: 'http://sts.amazonaws.com' }))).resolves.toEqual(REJECTED);
  });

  it('is rejected when it was signed for another service', async () => {
    await expect(send(sign({ service: 'iam' }))).resolves.toEqual(REJECTED);
  });

  it('is rejected when its credential scope has another date', async () => {
    const headers = sign();
    const authorization = headers.authorization?.replace('/20300101/', '/20300102/') ?? '';
    await expect(send({ ...headers, authorization })).resolves.toEqual(REJECTED);
  });

  it.each<[string, Record<string, string>, [number, string]]>([
    ['no authorization', {}, [403, 'MissingAuthenticationToken']],
    ['another scheme', { authorization: 'Bearer x' }, [400, 'IncompleteSignature']],
    [
      'a signature in uppercase',
      {
        authorization: `AWS4-HMAC-SHA256 Credential=a/20300101/b/sts/aws4_request, SignedHeaders=host, Signature=${'A'.repeat(64)}`,
      },
      [400, 'IncompleteSignature'],
    ],
  ])('is required; a request with %s is rejected', async (_, headers, expected) => {
    await expect(send(headers)).resolves.toEqual(expected);
  });

  it('must have a valid date', async () => {
    const { 'x-amz-date': _, ...rest } = sign();
    await expect(send(rest)).resolves.toEqual([400, 'IncompleteSignature']);
    await expect(send({ ...rest, 'x-amz-date': '20301301T000000Z' })).resolves.toEqual([
      400,
      'IncompleteSignature',
    ]);
  });
});

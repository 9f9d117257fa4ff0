import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeSts, requestOf, respondWithCredentials, startFakeSts } from './fake-sts.fixture.ts';

let fakeSts: FakeSts;

beforeEach(async () => {
  fakeSts = await startFakeSts();
});
afterEach(() => fakeSts.close());

test('a response that breaks off is unavailable', async () => {
  const sts = fakeSts.createClient();
  fakeSts.respond = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
    response.write('<AssumeRoleResponse>', () => response.destroy());
  };
  await expect(sts.assumeRole(requestOf(1))).rejects.toMatchObject({ failure: 'unavailable' });
});

describe('a server in place of STS', () => {
  test('cannot deny with an HTML page that contains an error code', async () => {
    fakeSts.respond = ({ response }) => {
      response.writeHead(403, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html><Error><Code>AccessDenied</Code><Message>no</Message></Error></html>');
    };
    await expect(fakeSts.createClient().probe(requestOf(1))).rejects.toMatchObject({
      name: 'StsError',
      failure: 'unavailable',
    });
  });

  test('is not read beyond the maximum size of a response', async () => {
    let sent = 0;
    const closed = new Promise<void>((resolve) => {
      fakeSts.respond = ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        const page = Buffer.alloc(64 * 1024, 'x');
        const writeMore = (): void => {
          sent += page.length;
          if (!response.destroyed) response.write(page, () => setImmediate(writeMore));
        };
        response.on('close', resolve);
        writeMore();
      };
    });
    await expect(fakeSts.createClient().probe(requestOf(1))).rejects.toMatchObject({
      failure: 'unavailable',
      message: expect.stringContaining('more than'),
    });
    await closed;
    expect(sent).toBeGreaterThan(256 * 1024);
  });

  test('cannot block sockets with HTML pages', async () => {
    const sts = fakeSts.createClient();
    fakeSts.respond = ({ response }) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      response.end('<html>'.padEnd(100_000, 'x'));
    };
    // The client has 256 sockets.
    for (let n = 0; n < 256; n++)
      await expect(sts.assumeRole(requestOf(n))).rejects.toMatchObject({ failure: 'unavailable' });
    fakeSts.respond = respondWithCredentials;
    expect((await sts.assumeRole(requestOf(1))).accessKeyId).toBe('external-id-1');
  });
});

test('a response without the name of its session is accepted, because STS does not guarantee it', async () => {
  fakeSts.respond = ({ response }) =>
    response.end(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>k</AccessKeyId>
      <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  expect((await fakeSts.createClient().assumeRole(requestOf(1))).accessKeyId).toBe('k');
});

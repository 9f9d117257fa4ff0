import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileStore } from '../lib/file-store.ts';
import { openBucket } from './s3.ts';

const PROXIES = { http: null, https: null, noProxy: [] };
const SETTINGS = { region: 'us-east-1', proxies: PROXIES };

/** Speaks as much of S3 as an archive needs, for the bucket `archive`, with pages of one key. */
const objects = new Map<string, Buffer>();
const requests: string[] = [];
const server = http.createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3');
  const key = decodeURIComponent(pathname.replace('/archive/', ''));
  requests.push(`${request.method} ${pathname}`);
  if (!request.headers.authorization?.includes('Credential=AKIDEXAMPLE/'))
    return response.writeHead(403).end();
  if (request.method === 'PUT') {
    const body = await buffer(request);
    const checksum = createHash('sha256').update(body).digest('base64');
    if (request.headers['x-amz-checksum-sha256'] !== checksum) return response.writeHead(400).end();
    objects.set(key, body);
    return response.end();
  }
  if (searchParams.get('list-type') === '2') {
    const keys = [...objects.keys()]
      .filter((name) => name.startsWith(searchParams.get('prefix') ?? ''))
      .sort();
    const start = Number(searchParams.get('continuation-token') ?? 0);
    const more = start + 1 < keys.length;
    return response.end(
      `<ListBucketResult>${keys
        .slice(start, start + 1)
        .map((name) => `<Contents><Key>${name}</Key></Contents>`)
        .join('')}<IsTruncated>${more}</IsTruncated>${
        more ? `<NextContinuationToken>${start + 1}</NextContinuationToken>` : ''
      }</ListBucketResult>`,
    );
  }
  const object = objects.get(key);
  if (object) return response.end(object);
  return response.writeHead(404).end('<Error><Code>NoSuchKey</Code><Message>missing</Message></Error>');
});

let store: FileStore;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  store = await openBucket({ ...SETTINGS, url: 's3://archive/audit/log', endpoint, credentials });
});
afterAll(() => server.close());

test('files are objects below the prefix, with a checksum that S3 checks', async () => {
  expect(store.location).toBe('s3://archive/audit/log/');
  expect(await store.list()).toEqual([]);
  expect(await store.read('a.gz')).toBeNull();
  await store.write('a.gz', Buffer.from([0, 255, 1]));
  await store.write('b.json', Buffer.from('{}'));
  objects.set('audit/log/other/c.json', Buffer.from('in another folder'));
  objects.set('audit/logs.json', Buffer.from('not below the prefix'));
  expect(await store.list()).toEqual(['a.gz', 'b.json']);
  expect(await store.read('a.gz')).toEqual(Buffer.from([0, 255, 1]));
  expect(requests).toContain('PUT /archive/audit/log/a.gz');
});

test('without the optional package, the error says how to install it', async () => {
  const importSdk = () =>
    Promise.reject(Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' }));
  const missing = openBucket({ ...SETTINGS, url: 's3://archive', importSdk });
  await expect(missing).rejects.toThrow('npm install @aws-sdk/client-s3');
});

test.each(['s3://', 's3://A', 's3:/archive', 's3://archive_1/x'])(
  '%s is not the URL of a bucket',
  async (url) => {
    await expect(openBucket({ ...SETTINGS, url })).rejects.toThrow('is not the URL of a bucket');
  },
);

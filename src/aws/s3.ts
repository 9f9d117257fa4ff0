import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { FileStore } from '../lib/file-store.ts';
import { OutboundAgent } from '../lib/outbound-agent.ts';
import type { ProxySettings } from '../lib/proxy-settings.ts';

type S3Module = typeof import('@aws-sdk/client-s3');

interface BucketOptions {
  /** `s3://bucket` or `s3://bucket/prefix`. */
  url: string;
  region: string;
  proxies: ProxySettings;
  /** By default, the SDK determines the endpoint (AWS_ENDPOINT_URL_S3). */
  endpoint?: string;
  /** By default, the SDK's own credential provider chain. */
  credentials?: NonNullable<S3ClientConfig['credentials']>;
  /** Tests replace it. */
  importSdk?: () => Promise<S3Module>;
}

/** The package is not installed, or the URL names no bucket. */
export class BucketError extends Error {}

/**
 * Opens a bucket of S3 with the credentials of the SDK's own provider chain. A bucket in another Region is found.
 * @throws BucketError with instructions if the optional package is missing
 */
export async function openBucket(options: BucketOptions): Promise<FileStore> {
  const { url, region, proxies, endpoint, credentials, importSdk } = options;
  const { bucket, prefix } = parseBucketUrl(url);
  const sdk = await loadSdk(importSdk);
  const agent = new OutboundAgent(proxies, { keepAlive: true });
  const client = new sdk.S3Client({
    region,
    followRegionRedirects: true,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: 5_000,
      requestTimeout: 120_000,
    },
  });
  return createStore(sdk, client, { bucket, prefix });
}

function parseBucketUrl(url: string): { bucket: string; prefix: string } {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined) throw new BucketError(`${url} is not the URL of a bucket: s3://bucket/prefix.`);
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` };
}

/** The package is only needed for archives in S3, and has megabytes. */
async function loadSdk(importSdk = (): Promise<S3Module> => import('@aws-sdk/client-s3')): Promise<S3Module> {
  try {
    return await importSdk();
  } catch (cause) {
    throw new BucketError(
      'S3 needs the optional package @aws-sdk/client-s3, which is not installed. Run npm install @aws-sdk/client-s3 in ' +
        'the folder of Countersign, or archive to a folder and copy it.',
      { cause },
    );
  }
}

function createStore(
  { PutObjectCommand, GetObjectCommand, paginateListObjectsV2, NoSuchKey }: S3Module,
  client: S3Client,
  { bucket: Bucket, prefix }: { bucket: string; prefix: string },
): FileStore {
  return {
    location: `s3://${Bucket}/${prefix}`,
    async list() {
      const names: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix }))
        names.push(...Contents.map(({ Key = '' }) => Key.slice(prefix.length)));
      return names.filter((name) => name !== '' && !name.includes('/'));
    },
    async read(name) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: prefix + name }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    // An object is replaced as a whole, or not at all. S3 rejects it if it does not match its checksum.
    async write(name, content) {
      await client.send(
        new PutObjectCommand({ Bucket, Key: prefix + name, Body: content, ChecksumAlgorithm: 'SHA256' }),
      );
    },
  };
}

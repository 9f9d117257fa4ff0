import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './aws-error.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([\w-]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request, ?SignedHeaders=([a-z0-9;_-]{1,2048}), ?Signature=([0-9a-f]{64})$/;
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
/** A request whose time differs from the emulator's by more than this is rejected. */
const MAX_CLOCK_SKEW_MINUTES = 15;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request of the AWS query protocol, which is always a POST to `/`. */
export interface SignedRequest {
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The content of the Authorization header, which cannot be trusted before `verifySignature` returns. */
export interface UnverifiedSignature {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

type Scope = Pick<UnverifiedSignature, 'date' | 'region' | 'service'>;

/**
 * Signs a request of the AWS query protocol with Signature Version 4 (Create a signed AWS API request).
 *
 * @param input.url the endpoint, of which only the host is signed
 * @param input.body the form-encoded parameters
 * @returns all headers of the request, by lowercase name
 */
export function signRequest(input: {
  readonly url: string;
  readonly body: string;
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly service: 'sts' | 'iam';
  readonly now: Date;
}): Record<string, string> {
  const { credentials, body } = input;
  const amzDate = input.now.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host: new URL(input.url).host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': amzDate,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const scope = { date: amzDate.slice(0, 8), region: input.region, service: input.service };
  const signedHeaders = Object.keys(headers).sort();
  const signature = sign(
    credentials.secretAccessKey,
    scope,
    amzDate,
    formatCanonicalRequest({ headers, body }, signedHeaders),
  );
  const credential = `${credentials.accessKeyId}/${formatScope(scope)}`;
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  };
}

/** @throws AwsError MissingAuthenticationToken or IncompleteSignature */
export function parseSignature(headers: SignedRequest['headers']): UnverifiedSignature {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const [, accessKeyId, date, region, service, signedHeaders, signature] =
    AUTHORIZATION.exec(authorization) ?? [];
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) {
    throw new AwsError(
      'IncompleteSignature',
      'Authorization header does not conform to Signature Version 4.',
    );
  }
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/**
 * Verifies that the whole request was recently signed with the secret, for the expected service.
 *
 * The body is hashed here. Trusting `x-amz-content-sha256` would let an attacker replace the body of a signed request.
 *
 * @throws AwsError SignatureDoesNotMatch or IncompleteSignature
 */
export function verifySignature(
  request: SignedRequest,
  unverified: UnverifiedSignature,
  expected: { readonly secretAccessKey: string; readonly service: string; readonly now: Date },
): void {
  if (unverified.service !== expected.service) {
    throw signatureMismatch(`Credential should be scoped to correct service: '${expected.service}'.`);
  }
  const amzDate = request.headers['x-amz-date'] ?? '';
  checkDate(amzDate, unverified.date, expected.now);
  checkSignedHeaders(request.headers, unverified.signedHeaders);
  const signature = sign(
    expected.secretAccessKey,
    unverified,
    amzDate,
    formatCanonicalRequest(request, unverified.signedHeaders),
  );
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(unverified.signature))) {
    throw signatureMismatch(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function signatureMismatch(message: string): AwsError {
  return new AwsError('SignatureDoesNotMatch', message);
}

/** Limits for how long an intercepted request can be replayed. */
function checkDate(amzDate: string, scopeDate: string, now: Date): void {
  const time = Date.parse(amzDate.replace(AMZ_DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!AMZ_DATE.test(amzDate) || Number.isNaN(time)) {
    throw new AwsError(
      'IncompleteSignature',
      "Authorization header requires existence of a valid 'X-Amz-Date' header.",
    );
  }
  if (!amzDate.startsWith(scopeDate))
    throw signatureMismatch(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  const skewMinutes = (time - now.getTime()) / 60_000;
  if (skewMinutes < -MAX_CLOCK_SKEW_MINUTES)
    throw signatureMismatch(
      `Signature expired: ${amzDate} is now earlier than ${MAX_CLOCK_SKEW_MINUTES} min. ago`,
    );
  if (skewMinutes > MAX_CLOCK_SKEW_MINUTES)
    throw signatureMismatch(
      `Signature not yet current: ${amzDate} is still later than ${MAX_CLOCK_SKEW_MINUTES} min. from now`,
    );
}

/** Requires a signature over every header that affects the request, so that none can be added or changed in transit. */
function checkSignedHeaders(headers: SignedRequest['headers'], signedHeaders: readonly string[]): void {
  const required = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const unsigned = required.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined)
    throw signatureMismatch(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  const absent = signedHeaders.find((name) => !Object.hasOwn(headers, name));
  if (absent !== undefined) throw signatureMismatch(`The signed header '${absent}' is not in the request.`);
}

function formatCanonicalRequest({ headers, body }: SignedRequest, signedHeaders: readonly string[]): string {
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return ['POST', '/', '', lines.join(''), signedHeaders.join(';'), sha256(body)].join('\n');
}

function sign(secret: string, scope: Scope, amzDate: string, canonicalRequest: string): string {
  const key = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secret}`,
  );
  return hmac(key, [ALGORITHM, amzDate, formatScope(scope), sha256(canonicalRequest)].join('\n')).toString(
    'hex',
  );
}

function formatScope({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './aws-error.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([\w-]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request, ?SignedHeaders=([a-z0-9;_-]{1,2048}), ?Signature=([0-9a-f]{64})$/;
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
/** How far the time of a request may be from ours, either way. */
const TOLERANCE_MINUTES = 15;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request of the AWS query protocol: always a POST to `/`. */
export interface SignedRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What the Authorization header says; nothing of it is proven before `verifySignature`. */
export interface ClaimedSignature {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

type Scope = Pick<ClaimedSignature, 'date' | 'region' | 'service'>;

/**
 * Signs a request of the AWS query protocol with Signature Version 4 (Create a signed AWS API request).
 *
 * @param input.url where it goes; only the host counts.
 * @param input.body the form-encoded parameters.
 * @returns all headers to send with it, by lower-case name.
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
    canonical({ headers, body }, signedHeaders),
  );
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`;
  return {
    ...headers,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  };
}

/** @throws AwsError MissingAuthenticationToken or IncompleteSignature. */
export function readSignature(headers: SignedRequest['headers']): ClaimedSignature {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const [, accessKeyId, date, region, service, signed, signature] = AUTHORIZATION.exec(authorization) ?? [];
  if (!accessKeyId || !date || !region || !service || !signed || !signature) {
    throw new AwsError(
      'IncompleteSignature',
      'Authorization header does not conform to Signature Version 4.',
    );
  }
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

/**
 * Proves that the whole request was signed with the secret, for this service and about now.
 *
 * The body is hashed here: a verifier that believes `x-amz-content-sha256` accepts any body under an old signature.
 *
 * @throws AwsError SignatureDoesNotMatch or IncompleteSignature.
 */
export function verifySignature(
  request: SignedRequest,
  claimed: ClaimedSignature,
  expected: { readonly secretAccessKey: string; readonly service: string; readonly now: Date },
): void {
  if (claimed.service !== expected.service) {
    throw mismatch(`Credential should be scoped to correct service: '${expected.service}'.`);
  }
  const amzDate = request.headers['x-amz-date'] ?? '';
  checkDate(amzDate, claimed.date, expected.now);
  checkCoverage(request.headers, claimed.signedHeaders);
  const signature = sign(
    expected.secretAccessKey,
    claimed,
    amzDate,
    canonical(request, claimed.signedHeaders),
  );
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(claimed.signature))) {
    throw mismatch(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function mismatch(message: string): AwsError {
  return new AwsError('SignatureDoesNotMatch', message);
}

/** A request that was overheard shall be worth nothing soon. */
function checkDate(amzDate: string, scopeDate: string, now: Date): void {
  const time = Date.parse(amzDate.replace(AMZ_DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!AMZ_DATE.test(amzDate) || Number.isNaN(time)) {
    throw new AwsError(
      'IncompleteSignature',
      "Authorization header requires existence of a valid 'X-Amz-Date' header.",
    );
  }
  if (!amzDate.startsWith(scopeDate))
    throw mismatch(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
    );
  const minutes = (time - now.getTime()) / 60_000;
  if (minutes < -TOLERANCE_MINUTES)
    throw mismatch(`Signature expired: ${amzDate} is now earlier than ${TOLERANCE_MINUTES} min. ago`);
  if (minutes > TOLERANCE_MINUTES)
    throw mismatch(
      `Signature not yet current: ${amzDate} is still later than ${TOLERANCE_MINUTES} min. from now`,
    );
}

/** Whatever header bears on the request must be under the signature, or it could be added or changed on the way. */
function checkCoverage(headers: SignedRequest['headers'], signed: readonly string[]): void {
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const unsigned = needed.find((name) => !signed.includes(name));
  if (unsigned !== undefined)
    throw mismatch(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  const absent = signed.find((name) => !Object.hasOwn(headers, name));
  if (absent !== undefined) throw mismatch(`The signed header '${absent}' is not in the request.`);
}

function canonical({ headers, body }: SignedRequest, signedHeaders: readonly string[]): string {
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return ['POST', '/', '', lines.join(''), signedHeaders.join(';'), sha256(body)].join('\n');
}

function sign(secret: string, scope: Scope, amzDate: string, canonicalRequest: string): string {
  const key = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secret}`,
  );
  return hmac(key, [ALGORITHM, amzDate, scopeText(scope), sha256(canonicalRequest)].join('\n')).toString(
    'hex',
  );
}

function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

import type { Readable } from 'node:stream';
import { type AssumedRole, StsError } from '../sts.ts';

/** Responses of STS have a few kilobytes. On several megabytes, the SDK's XML parser blocks the process for seconds. */
const MAX_RESPONSE_BYTES = 256 * 1024;

interface RawResponse {
  statusCode: number;
  headers: Record<string, string | undefined>;
  body: Readable;
}

/**
 * A middleware of the SDK that checks a response before the SDK parses it. A proxy or a captive portal between the service
 * and STS may respond with an HTML page of any size, at any speed, that contains any error code.
 *
 * @param timeoutMs the maximum time from the begin of a response to its end
 */
export function rejectForeignResponses({ timeoutMs }: { timeoutMs: number }) {
  return <Args, Output extends { response: unknown }>(
    next: (args: Args) => Promise<Output>,
  ): ((args: Args) => Promise<Output>) =>
    async (args) => {
      const output = await next(args);
      const response = output.response as RawResponse;
      // The SDK retries a page with a 5xx status.
      if (response.statusCode < 500 && /^text\/html\b/i.test(response.headers['content-type'] ?? '')) {
        // An unread body would block its socket forever.
        response.body.destroy();
        throw new StsError(
          'unavailable',
          `STS responded with status ${response.statusCode} and an HTML page`,
        );
      }
      Object.assign(response, { body: await readLimited(response.body, timeoutMs) });
      return output;
    };
}

/** Uses events because an async loop over the stream takes as long as the rest of reading a response. */
function readLimited(body: Readable, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // Destroying the stream also closes the socket.
    const abort = (message: string): void => void body.destroy(new StsError('unavailable', message));
    const timer = setTimeout(() => abort('The response of STS took too long'), timeoutMs);
    body.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > MAX_RESPONSE_BYTES) abort(`STS responded with more than ${MAX_RESPONSE_BYTES} bytes`);
    });
    body.on('end', () => resolve(Buffer.concat(chunks)));
    body.on('error', reject);
    body.on('close', () => clearTimeout(timer));
  });
}

/** The output of AssumeRole as the SDK parses it; every element may be missing. */
interface AssumeRoleOutput {
  $metadata: { requestId?: string | undefined };
  Credentials?:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
        Expiration?: Date | undefined;
      }
    | undefined;
  AssumedRoleUser?: { Arn?: string | undefined } | undefined;
}

/**
 * Accepts a response only if it is complete and belongs to this call: to the requested account, and to the session, whose
 * name no other call uses. This detects responses that a broken proxy mixes up between the calls of two tenants.
 *
 * @throws StsError `unavailable`
 */
export function parseAssumedRole(
  output: AssumeRoleOutput,
  request: { roleArn: string; sessionName: string },
  now: Date,
): AssumedRole {
  const awsRequestId = output.$metadata.requestId ?? null;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output.Credentials ?? {};
  if (
    !AccessKeyId ||
    !SecretAccessKey ||
    !SessionToken ||
    !Expiration ||
    Number.isNaN(Expiration.getTime())
  ) {
    throw new StsError('unavailable', 'AssumeRole returned incomplete credentials', { awsRequestId });
  }
  // arn:aws:sts::<account>:assumed-role/<role>/<session> (IAM User Guide, "IAM identifiers"). The API reference does not
  // guarantee this element, so a response without it is accepted.
  const arn = output.AssumedRoleUser?.Arn;
  if (arn !== undefined && arn.split(':')[4] !== request.roleArn.split(':')[4]) {
    throw new StsError('unavailable', 'AssumeRole responded for another account', { awsRequestId });
  }
  if (arn !== undefined && arn.split('/').at(-1) !== request.sessionName) {
    throw new StsError('unavailable', 'AssumeRole responded for another session', { awsRequestId });
  }
  if (Expiration <= now) {
    throw new StsError('unavailable', 'AssumeRole returned expired credentials', { awsRequestId });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration,
    awsRequestId,
  };
}

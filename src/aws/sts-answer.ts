import type { Readable } from 'node:stream';
import { type AssumedRole, StsError } from './sts.ts';

/** Real answers have some kilobytes. The SDK's XML parser holds up the whole process for seconds over some megabytes. */
const LARGEST_ANSWER_BYTES = 256 * 1024;

interface RawAnswer {
  statusCode: number;
  headers: Record<string, string | undefined>;
  body: Readable;
}

/**
 * A middleware of the SDK, between the wire and its parser. It looks for what stands between us and STS: a proxy or a
 * captive portal answers with pages, which may be of any size, come at any speed, and name any error code.
 *
 * @param longestMs an answer that began has to end within this, in milliseconds
 */
export function refuseForeignAnswers({ longestMs }: { longestMs: number }) {
  return <Args, Output extends { response: unknown }>(
    next: (args: Args) => Promise<Output>,
  ): ((args: Args) => Promise<Output>) =>
    async (args) => {
      const output = await next(args);
      const answer = output.response as RawAnswer;
      // A page with a 5xx is left to the SDK, which tries again.
      if (answer.statusCode < 500 && /^text\/html\b/i.test(answer.headers['content-type'] ?? '')) {
        // Left unread, it would hold its socket for ever.
        answer.body.destroy();
        throw new StsError('unavailable', `STS answered ${answer.statusCode} with an HTML page`);
      }
      Object.assign(answer, { body: await readBounded(answer.body, longestMs) });
      return output;
    };
}

/** By events, since an async loop over a stream costs as much as all the rest of reading an answer. */
function readBounded(body: Readable, longestMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // With the stream ends the socket.
    const refuse = (why: string): void => void body.destroy(new StsError('unavailable', why));
    const timer = setTimeout(() => refuse('The answer of STS took too long'), longestMs);
    body.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > LARGEST_ANSWER_BYTES) refuse(`STS answered with more than ${LARGEST_ANSWER_BYTES} bytes`);
    });
    body.on('end', () => resolve(Buffer.concat(chunks)));
    body.on('error', reject);
    body.on('close', () => clearTimeout(timer));
  });
}

/** What the SDK reads out of an answer to AssumeRole; nothing in it is sure. */
interface Assumed {
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
 * A 200 is a yes only if it is whole and is the answer to this very call: of the account that was asked for, and of the
 * session, whose name no other call has. A garbled one is no answer, and neither is one that a broken proxy kept for
 * another tenant's call over the same socket.
 */
export function readAssumedRole(
  output: Assumed,
  asked: { roleArn: string; sessionName: string },
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
    throw new StsError('unavailable', 'AssumeRole answered without whole credentials', { awsRequestId });
  }
  // arn:aws:sts::<account>:assumed-role/<role>/<session> (IAM User Guide, "IAM identifiers"). The API reference does not
  // promise it, so that only one that is there can contradict.
  const arn = output.AssumedRoleUser?.Arn;
  if (arn !== undefined && arn.split(':')[4] !== asked.roleArn.split(':')[4]) {
    throw new StsError('unavailable', 'AssumeRole answered for another account', { awsRequestId });
  }
  if (arn !== undefined && arn.split('/').at(-1) !== asked.sessionName) {
    throw new StsError('unavailable', 'AssumeRole answered for another session', { awsRequestId });
  }
  if (Expiration <= now) {
    throw new StsError('unavailable', 'AssumeRole answered with expired credentials', { awsRequestId });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration,
    awsRequestId,
  };
}

import type { Readable } from 'node:stream';
import { StsError } from './sts.ts';

/** Real answers have some kilobytes. The SDK's XML parser holds up the whole process for seconds over some megabytes. */
const LARGEST_ANSWER_BYTES = 256 * 1024;

interface RawAnswer {
  statusCode: number;
  headers: Record<string, string | undefined>;
  body: Readable;
}

/**
 * A middleware of the SDK, between the wire and its parser. It looks for what stands between us and STS: a proxy or a
 * captive portal answers with pages, which may be of any size and name any error code.
 */
export function refuseForeignAnswers<Args, Output extends { response: unknown }>(
  next: (args: Args) => Promise<Output>,
): (args: Args) => Promise<Output> {
  return async (args) => {
    const output = await next(args);
    const answer = output.response as RawAnswer;
    // A page with a 5xx is left to the SDK, which tries again.
    if (answer.statusCode < 500 && /^text\/html\b/i.test(answer.headers['content-type'] ?? '')) {
      throw new StsError('unavailable', `STS answered ${answer.statusCode} with an HTML page`);
    }
    Object.assign(answer, { body: await readBounded(answer.body) });
    return output;
  };
}

/** By events, since an async loop over a stream costs as much as all the rest of reading an answer. */
function readBounded(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    body.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > LARGEST_ANSWER_BYTES) {
        // With the stream ends the socket.
        body.destroy(
          new StsError('unavailable', `STS answered with more than ${LARGEST_ANSWER_BYTES} bytes`),
        );
      }
    });
    body.on('end', () => resolve(Buffer.concat(chunks)));
    body.on('error', reject);
    body.on('close', () => reject(new StsError('unavailable', 'The answer of STS ended too early')));
  });
}

import type { Check, Outcome } from '../../connections/verification.ts';
import type { VerificationMessage } from '../verification-message.ts';

export interface VerificationResult {
  outcome: Outcome | 'rate_limited';
  retryAfterSeconds: number | null;
}

/** Used if a rate-limited response does not say how long to wait. */
const DEFAULT_RETRY_AFTER_SECONDS = 10;

/** Runs one verification and passes each check to `onCheck` as soon as the server sends it. */
export async function runVerification(
  url: string,
  onCheck: (check: Check) => void,
  interrupted = 'The connection was interrupted. Verify again.',
): Promise<VerificationResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/x-ndjson', 'content-type': 'application/json' },
    body: '{}',
  });
  if (response.status === 429) {
    const retryAfterSeconds = Number(response.headers.get('retry-after')) || DEFAULT_RETRY_AFTER_SECONDS;
    return { outcome: 'rate_limited', retryAfterSeconds };
  }
  if (!response.ok) throw new Error((await response.json()).detail);
  let result: VerificationResult | null = null;
  for await (const message of readMessages(response)) {
    if (message.type === 'problem') throw new Error(message.message);
    if (message.type === 'outcome') result = message;
    else onCheck(message);
  }
  if (result === null) throw new Error(interrupted);
  return result;
}

/** Yields each line of a response in newline-delimited JSON when it arrives. */
async function* readMessages(response: Response): AsyncGenerator<VerificationMessage> {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let incompleteLine = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (incompleteLine + value).split('\n');
    incompleteLine = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

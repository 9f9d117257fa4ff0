export interface FetchJsonOptions {
  /** The whole answer is there within this. */
  timeoutMs: number;
  largestBytes: number;
}

/**
 * GETs a small JSON document. Redirects are not followed: the address that was given is the one that is trusted.
 * @throws Error when the answer is anything but a whole JSON document with status 200
 */
export async function fetchJson(url: string, options: FetchJsonOptions): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Counted after decompression, so that a small answer cannot unfold into a large one.
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > options.largestBytes)
      throw new Error(`${url} answered more than ${options.largestBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

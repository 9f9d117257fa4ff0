interface FetchJsonOptions {
  /** Time limit for the complete response, including the body. */
  timeoutMs: number;
  maxBytes: number;
}

/**
 * GETs a small JSON document. It does not follow redirects, because only the given URL is trusted.
 * @throws Error unless the response is a complete JSON document with status 200
 */
export async function fetchJson(url: string, options: FetchJsonOptions): Promise<unknown> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(options.timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${url} returned status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Bytes are counted after decompression: a small compressed response must not expand into a huge one.
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > options.maxBytes) throw new Error(`${url} returned more than ${options.maxBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

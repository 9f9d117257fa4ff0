import { type AwsCredentials, signRequest } from './signature.ts';

/** AWS rejected a call; `code` is its error code. */
export class AwsCallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'AwsCallError';
    this.code = code;
  }
}

interface AwsCall {
  endpoint: string;
  credentials: AwsCredentials;
  service: 'sts' | 'iam';
  action: string;
  parameters?: Record<string, string>;
  /** The Region of the signature, which selects the partition. Default: us-east-1. */
  region?: string;
  /** The signing time; only needed for an emulator with its own clock. */
  now?: Date;
}

/**
 * Makes one call of the AWS query protocol. The demo and sandbox mode use it to call the emulator over HTTP, as any
 * other AWS client does.
 *
 * @returns a function that returns the text of an XML element of the response by its name
 * @throws AwsCallError when AWS rejects the call
 */
export async function callAws(call: AwsCall): Promise<(element: string) => string | null> {
  const version = call.service === 'sts' ? '2011-06-15' : '2010-05-08';
  const body = new URLSearchParams({ Action: call.action, Version: version, ...call.parameters }).toString();
  const { endpoint: url, credentials, service } = call;
  const headers = signRequest({
    url,
    body,
    credentials,
    service,
    region: call.region ?? 'us-east-1',
    now: call.now ?? new Date(),
  });
  const response = await fetch(url, { method: 'POST', headers, body });
  const xml = await response.text();
  const elementText = (name: string): string | null => {
    const [, value] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
    return value === undefined
      ? null
      : value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  };
  if (!response.ok)
    throw new AwsCallError(elementText('Code') ?? String(response.status), elementText('Message') ?? xml);
  return elementText;
}

import { type AwsCredentials, signRequest } from './signature.ts';

/** The keys of an account's root in the local AWS. */
export function rootOf(accountId: string): AwsCredentials {
  return { accessKeyId: `SANDBOX${accountId}`, secretAccessKey: 'sandbox' };
}

/** AWS refused a call: its error code, and its message. */
export class AwsCallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'AwsCallError';
    this.code = code;
  }
}

export interface AwsCall {
  endpoint: string;
  credentials: AwsCredentials;
  service: 'sts' | 'iam';
  action: string;
  parameters?: Record<string, string>;
  /** When it is signed; now, unless the local AWS has a clock of its own. */
  now?: Date;
}

/**
 * One call of the AWS query protocol, as any client makes it: for the demo and for `npm start`, which speak to the
 * local AWS from outside like everybody else. Answers with the value of an XML element by its name.
 * @throws AwsCallError with AWS's own code
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
    region: 'us-east-1',
    now: call.now ?? new Date(),
  });
  const response = await fetch(url, { method: 'POST', headers, body });
  const xml = await response.text();
  const element = (name: string): string | null => {
    const [, value] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
    return value === undefined
      ? null
      : value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  };
  if (!response.ok)
    throw new AwsCallError(element('Code') ?? String(response.status), element('Message') ?? xml);
  return element;
}

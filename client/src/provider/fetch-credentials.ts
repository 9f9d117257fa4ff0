import { credentials } from '../api/credentials.ts';
import { caller } from '../api/operation.ts';
import { invalid } from '../environment.ts';
import { CountersignError } from '../error.ts';
import type { ClientOptions } from '../http/send.ts';

/** Credentials as the AWS SDK for JavaScript v3 has them (`AwsCredentialIdentity`), with all that ours have. */
export interface CountersignCredentialIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  /** The customer's account. */
  readonly accountId: string;
}

/** Which credentials: one tenant's one connection, and what narrows the session. */
export interface ConnectionChoice {
  tenantId: string;
  connectionId: string;
  /** Name of an access profile that narrows the session. */
  profile?: string | undefined;
  /** Length of the session in seconds, 900 to 3600. @default 3600 */
  durationSeconds?: number | undefined;
  /** Kept in the audit event: what this worker is at. */
  purpose?: string | undefined;
}

/** A function that draws credentials, with every look at URL and key when it is called. */
export function drawer(
  choice: ConnectionChoice,
  client: ClientOptions,
): () => Promise<CountersignCredentialIdentity> {
  const { tenantId, connectionId, profile, durationSeconds, purpose } = choice;
  for (const [name, id] of Object.entries({ tenantId, connectionId })) {
    if (typeof id !== 'string' || id === '') throw invalid(`${name} is missing.`);
  }
  const { draw } = credentials(caller(client));
  return async () => {
    const drawn = await draw(tenantId, connectionId, {
      ...(durationSeconds !== undefined && { durationSeconds }),
      ...(profile !== undefined && { profile }),
      ...(purpose !== undefined && { purpose }),
    });
    return toIdentity(drawn);
  };
}

/** Looked at closely: with an empty key an SDK would sign, and with no date it would never renew. */
function toIdentity(drawn: Record<string, unknown>): CountersignCredentialIdentity {
  const { accessKeyId, secretAccessKey, sessionToken, accountId, expiresAt } = drawn;
  const texts = { accessKeyId, secretAccessKey, sessionToken, accountId } as Record<string, string>;
  const expiration = new Date(String(expiresAt));
  const whole = Object.values(texts).every((text) => typeof text === 'string' && text !== '');
  if (!whole || Number.isNaN(expiration.getTime())) {
    throw new CountersignError('unexpected_response', 'What answers at that URL sent no whole credentials.');
  }
  return { ...texts, expiration } as CountersignCredentialIdentity;
}

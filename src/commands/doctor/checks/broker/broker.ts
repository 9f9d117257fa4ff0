import { StsError } from '../../../../aws/sts.ts';
import type { CredentialSource } from '../../../../aws/sts-client/credential-source.ts';
import type { StsClient } from '../../../../broker/open-sts-clients.ts';
import { withTimeout } from '../../../../lib/with-timeout.ts';
import { failed, ok, warning } from '../../check-result.ts';
import { describeError } from '../../secrets.ts';
import { clockResult } from '../clock.ts';
import type { BrokerCheck } from './broker-check.ts';
import { endpointResult, regionResult } from './endpoint.ts';
import { checkBrokerIdentity } from './identity.ts';
import { checkPermission } from './permission.ts';
import { sessionAttributesResult } from './session-attributes.ts';

/** Leaves time for the calls after it. A credential process or a metadata service may hang. */
const CREDENTIALS_TIMEOUT_MS = 4500;
/** Credentials that are this close to their end and are not renewed are about to stop the service. */
const SOON_MS = 15 * 60_000;

/** Checks one broker: credentials, STS, clock, identity, permission and session attributes. */
export async function checkBroker(check: BrokerCheck): Promise<void> {
  const { report, values } = check;
  report(regionResult(check));
  const source = await checkCredentials(check);
  const client = source === null ? check.anonymousClient : check.client;
  const outcome = await callGetCallerIdentity(client);
  report(endpointResult(check, outcome instanceof StsError ? outcome : null));
  const offsetMs = client.clockOffsetMs();
  if (offsetMs !== null) report(clockResult('clock.aws', 'AWS', offsetMs));
  if (source !== null) {
    const identity = checkBrokerIdentity(check, outcome);
    if (identity !== null) await checkPermission(check, identity);
  }
  report(sessionAttributesResult(check.settings, values, source));
}

async function checkCredentials({ client, report, redact }: BrokerCheck): Promise<CredentialSource | null> {
  const CHECK = 'broker.credentials';
  try {
    const source = await withTimeout(
      CREDENTIALS_TIMEOUT_MS,
      client.credentialSource(),
      () => new Error('looking them up took too long: a credential process or a metadata service hangs'),
    );
    report(expiryResult(CHECK, source));
    return source;
  } catch (error) {
    report(
      failed(
        CHECK,
        `the AWS SDK finds no credentials: ${describeError(error, redact)}`,
        "Give this process credentials of the broker role: an instance profile, a task role, EKS Pod Identity, a web identity token, or the SDK's environment variables (docs/broker.md).",
      ),
    );
    return null;
  }
}

function expiryResult(check: string, { name, expiresAt }: CredentialSource) {
  if (expiresAt === null) return ok(check, `from ${name}; they have no expiry`);
  const message = `from ${name}; they end at ${expiresAt.toISOString()}`;
  const isSoon = expiresAt.getTime() - Date.now() < SOON_MS;
  if (isSoon && name === 'environment variables')
    return warning(
      check,
      `${message}, and credentials in environment variables are never renewed`,
      'Use a source that renews them: an instance profile, a task role, EKS Pod Identity or a web identity token.',
    );
  return ok(check, message);
}

/** The ARN of the caller, or why STS did not return it. */
async function callGetCallerIdentity(client: StsClient): Promise<string | StsError> {
  try {
    return (await client.callerIdentity()).arn;
  } catch (error) {
    if (error instanceof StsError) return error;
    throw error;
  }
}

import type { CredentialSource } from '../../../../aws/sts-client/credential-source.ts';
import type { BrokerSettings } from '../../../../broker/broker-settings.ts';
import { POD_IDENTITY_URI } from '../../../../config/brokers.ts';
import { type CheckResult, ok, warning } from '../../check-result.ts';

const CHECK = 'broker.session_attributes';
const VARIABLE = 'COUNTERSIGN_BROKER_SESSION_ATTRIBUTES';

/** Compares the configured session attributes with the source of the credentials. EKS Pod Identity sets session tags. */
export function sessionAttributesResult(
  { sessionAttributes }: BrokerSettings,
  values: Readonly<Record<string, string>>,
  source: CredentialSource | null,
): CheckResult {
  const isPodIdentity = POD_IDENTITY_URI.test(values.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
  const includesTags = sessionAttributes === 'tags' || sessionAttributes === 'both';
  if (!isPodIdentity)
    return ok(CHECK, `${sessionAttributes}; the credentials do not come from EKS Pod Identity`);
  const isUsed = source === null || source.name.startsWith('the container');
  if (!isUsed && includesTags && values[VARIABLE] === undefined)
    return warning(
      CHECK,
      `AWS_CONTAINER_CREDENTIALS_FULL_URI names EKS Pod Identity, so customers are asked to allow sts:TagSession, but the credentials come from ${source.name}`,
      `Remove the other credentials, which the SDK prefers; or set ${VARIABLE} to what their session carries.`,
    );
  if (isUsed && !includesTags)
    return warning(
      CHECK,
      `the credentials come from EKS Pod Identity, which adds transitive session tags, but ${VARIABLE} is ${sessionAttributes}: roles made by the setup kit would deny every call`,
      `Unset ${VARIABLE} or set it to ${sessionAttributes === 'source-identity' ? 'both' : 'tags'}. If the Pod Identity association has session tags disabled, ignore this.`,
    );
  return ok(CHECK, `${sessionAttributes}, which fits EKS Pod Identity`);
}

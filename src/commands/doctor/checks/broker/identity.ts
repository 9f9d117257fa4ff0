import { StsError } from '../../../../aws/sts.ts';
import { type BrokerIdentity, parseBrokerIdentity } from '../../../../broker/broker-identity.ts';
import type { BrokerSettings } from '../../../../broker/broker-settings.ts';
import { findIdentityProblem } from '../../../../broker/identity-problem.ts';
import { failed, ok } from '../../check-result.ts';
import { describeError } from '../../secrets.ts';
import type { BrokerCheck } from './broker-check.ts';

const CHECK = 'broker.identity';

/**
 * Checks that the credentials belong to the configured account and role.
 * @param outcome of GetCallerIdentity: the ARN, or why there is none
 * @returns the identity; null: it is unknown, or AWS lets it assume no role
 */
export function checkBrokerIdentity(
  { settings, isAccountKnown, report, redact }: BrokerCheck,
  outcome: string | StsError,
): BrokerIdentity | null {
  if (outcome instanceof StsError) {
    report(failed(CHECK, `it is unknown: ${describeError(outcome, redact)}`, fixOfFailure(outcome)));
    return null;
  }
  const identity = parseBrokerIdentity(outcome);
  const accountId = typeof identity === 'object' && !isAccountKnown ? identity.accountId : settings.accountId;
  const problem = findIdentityProblem({ ...settings, accountId }, outcome);
  if (problem === null) {
    report(ok(CHECK, outcome));
  } else {
    report(failed(CHECK, problem, fixOfMismatch(settings, identity)));
  }
  return typeof identity === 'string' ? null : identity;
}

function fixOfFailure({ failure, message }: StsError): string {
  if (/SignatureDoesNotMatch|RequestExpired|Signature expired/.test(message))
    return 'Correct the secret access key, or the clock of this machine.';
  if (failure === 'no_credentials')
    return 'AWS does not accept these credentials: replace them if they have ended or were deleted. In an opt-in Region, also check that the account has enabled it.';
  if (failure === 'throttled') return 'Try again later: AWS throttles the calls of this account.';
  return 'Repair the connection to STS first (sts.endpoint).';
}

function fixOfMismatch(
  { accountId, brokerRoleArn }: BrokerSettings,
  identity: BrokerIdentity | string,
): string {
  if (typeof identity === 'string')
    return 'Run Countersign with credentials of a role in the vendor account: "countersign vendor-setup" prints one with the least permissions.';
  if (identity.accountId !== accountId)
    return `Set COUNTERSIGN_VENDOR_ACCOUNT_ID to ${identity.accountId}, or give this process credentials of account ${accountId}.`;
  return `Give this process credentials of ${brokerRoleArn}, or set COUNTERSIGN_BROKER_ROLE_ARN to the ARN of the ${identity.type} ${identity.name}.`;
}

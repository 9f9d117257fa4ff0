import { isRoleOf, parseBrokerIdentity } from './broker-identity.ts';
import type { BrokerSettings } from './broker-settings.ts';

/** Why the identity of the credentials cannot be the configured broker, naming the variable at fault; null: it is. */
export function findIdentityProblem(settings: BrokerSettings, arn: string): string | null {
  const { accountId, brokerRoleArn, partition } = settings;
  const identity = parseBrokerIdentity(arn);
  if (typeof identity === 'string') return `The broker of ${partition} cannot work: ${identity}`;
  if (identity.accountId !== accountId || identity.partition !== partition)
    return `COUNTERSIGN_VENDOR_ACCOUNT_ID (or accountId in COUNTERSIGN_BROKERS_FILE) is ${accountId} in ${partition}, but the AWS credentials belong to ${arn}`;
  if (brokerRoleArn !== null && !isRoleOf(identity, brokerRoleArn))
    return `COUNTERSIGN_BROKER_ROLE_ARN (or brokerRoleArn in COUNTERSIGN_BROKERS_FILE) is ${brokerRoleArn}, but the AWS credentials belong to ${arn}. Trust policies narrowed to that role would deny every call`;
  return null;
}

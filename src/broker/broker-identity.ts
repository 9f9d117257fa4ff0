/** The vendor identity that calls AssumeRole, as GetCallerIdentity names it. */
export interface BrokerIdentity {
  /** For a role session `arn:aws:sts::<account>:assumed-role/<role>/<session>`: it has no path. */
  arn: string;
  partition: string;
  accountId: string;
  type: 'role' | 'user';
  /** The name of the role or user, without its path. */
  name: string;
}

/**
 * Parses the ARN of a caller (IAM User Guide, "IAM identifiers").
 * Returns a sentence instead when AWS lets no such identity assume a role: the root user, and federated users
 * (IAM User Guide, "Compare AWS STS credentials").
 */
export function parseBrokerIdentity(arn: string): BrokerIdentity | string {
  const [, partition = '', service = '', , accountId = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (service === 'iam' && resource === 'root') {
    return `the credentials belong to the root user of account ${accountId}, which AWS lets assume no role. Run as a role or user with sts:AssumeRole`;
  }
  const segments = resource.split('/');
  const [kind] = segments;
  if (service === 'sts' && kind === 'assumed-role' && segments.length === 3) {
    return { arn, partition, accountId, type: 'role', name: segments[1] ?? '' };
  }
  if (service === 'iam' && kind === 'user' && segments.length >= 2) {
    return { arn, partition, accountId, type: 'user', name: segments.at(-1) ?? '' };
  }
  return `the credentials belong to ${arn}, which is neither a role session nor a user, so AWS lets it assume no role. Run as a role or user with sts:AssumeRole`;
}

/** Whether a configured role ARN, which may have a path, names the role of this identity. */
export function isRoleOf(identity: BrokerIdentity, roleArn: string): boolean {
  const [, partition, , , accountId, resource = ''] = roleArn.split(':');
  return (
    identity.type === 'role' &&
    identity.partition === partition &&
    identity.accountId === accountId &&
    resource.split('/').at(-1) === identity.name
  );
}

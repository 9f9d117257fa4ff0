import { type Role, type Roles, roleArn } from './iam/roles.ts';
import { generateUniqueId } from './iam/unique-id.ts';
import type { AwsCredentials } from './protocol/signature.ts';
import { issueSessionCredentials } from './sts/sessions.ts';

/** The role that the service runs as, as in production. */
export const BROKER_ROLE_NAME = 'CountersignBroker';

export interface BrokerSession {
  readonly partition: string;
  /** The vendor's account in this partition. */
  readonly accountId: string;
  /** The attributes that the session passes on to every role that it assumes. By default there are none. */
  readonly passesOn?: { readonly sessionTags: boolean; readonly sourceIdentity: boolean };
}

const SESSION_NAME = 'countersign';
const SOURCE_IDENTITY = 'countersign';

/** The transitive tags of an EKS Pod Identity session (EKS User Guide, "Grant Pods access to AWS resources based on tags"). */
const podIdentityTags = ({ partition, accountId }: BrokerSession): Record<string, string> => ({
  'eks-cluster-arn': `arn:${partition}:eks:us-east-1:${accountId}:cluster/sandbox`,
  'eks-cluster-name': 'sandbox',
  'kubernetes-namespace': 'countersign',
  'kubernetes-service-account': 'countersign',
  'kubernetes-pod-name': 'countersign-0',
  'kubernetes-pod-uid': '8e1f3f0a-6f0e-4a55-9d4e-0d8a3c1b5e77',
});

const TRUST_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
});

/** Seconds since 1970; the last second of the year 9999, the last that a timestamp of AWS can express. */
const NEVER = 253_402_300_799;

/** The ARN of the broker's role in the emulator. */
export function brokerRoleArn({
  partition,
  accountId,
}: Pick<BrokerSession, 'partition' | 'accountId'>): string {
  return roleArn({ partition, accountId, path: '/', name: BROKER_ROLE_NAME });
}

/**
 * Opens a session of the role `CountersignBroker`, which stands for the credentials that a service of AWS such as ECS or
 * EKS gives to the vendor's program and renews by itself. So it does not end as long as the role exists.
 */
export function openBrokerSession(roles: Roles, broker: BrokerSession, now: Date): AwsCredentials {
  const role = findOrCreateRole(roles, broker, now);
  const tags = broker.passesOn?.sessionTags ? podIdentityTags(broker) : {};
  const { accessKeyId, secretAccessKey, sessionToken } = issueSessionCredentials(
    {
      accessKeyId: generateUniqueId('ASIA'),
      partition: role.partition,
      accountId: role.accountId,
      roleArn: roleArn(role),
      roleId: role.id,
      sessionName: SESSION_NAME,
      issuedAt: Math.floor(now.getTime() / 1000),
      expiresAt: NEVER,
      ...(broker.passesOn?.sourceIdentity && { sourceIdentity: SOURCE_IDENTITY }),
      tags,
      transitiveTagKeys: Object.keys(tags),
    },
    roles.secret,
  );
  return { accessKeyId, secretAccessKey, sessionToken };
}

function findOrCreateRole(roles: Roles, { partition, accountId }: BrokerSession, now: Date): Role {
  const existing = roles.find({ partition, accountId }, BROKER_ROLE_NAME);
  if (existing !== undefined) return existing;
  const role: Role = {
    partition,
    accountId,
    path: '/',
    name: BROKER_ROLE_NAME,
    id: generateUniqueId('AROA'),
    createdAt: now.toISOString().replace(/\.\d{3}/, ''),
    trustPolicy: TRUST_POLICY,
    maxSessionSeconds: 3600,
    tags: [],
    inlinePolicies: {},
    attachedPolicies: [],
  };
  roles.save(role);
  return role;
}

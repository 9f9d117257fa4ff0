import { parseRoleArn, type RoleArn } from '../aws/arn.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { invalidRequest } from '../http/problem.ts';
import type { Message } from '../lib/message.ts';
import { roleMessage, roleProblem } from './role-texts.ts';
import type { Verification } from './verification.ts';

export const CONNECTION_STATUSES = ['pending', 'verified', 'insecure', 'unreachable', 'disabled'] as const;

/** Why a connection has its status: the outcome of a verification, or what was done to it. */
export const STATUS_REASONS = [
  'registered',
  'verified',
  'external_id_not_enforced',
  'not_assumable',
  'disabled',
  'enabled',
  'offboarded',
] as const;

export type StatusReason = (typeof STATUS_REASONS)[number];

export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export interface Connection {
  id: string;
  tenantId: string;
  name: string | null;
  roleArn: string;
  accountId: string;
  partition: string;
  /** Name of the access profile that the role was created for; null: the installation's own permissions. */
  profile: string | null;
  status: ConnectionStatus;
  /** The external ID that the role was last verified with. */
  verifiedExternalIdId: ExternalId['id'] | null;
  statusSince: Date;
  statusReason: StatusReason;
  lastVerification: Verification | null;
  /** null: it is disabled, and not verified by itself. */
  nextVerificationAt: Date | null;
  /** Verifications in a row, up to the last one, that found the role not assumable. */
  verificationFailures: number;
  /** It was imported, and its role has never been verified with an external ID that was issued here. */
  legacy: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** If true, no credentials were ever issued for the connection. */
export const wasNeverVerified = ({ verifiedExternalIdId, status }: Connection): boolean =>
  verifiedExternalIdId === null && status !== 'verified' && status !== 'disabled';

/** Returns the connection as the API shows it. */
export function toConnectionBody({
  verifiedExternalIdId: _,
  verificationFailures: __,
  statusSince,
  nextVerificationAt,
  createdAt,
  updatedAt,
  ...connection
}: Connection) {
  return {
    ...connection,
    statusSince: statusSince.toISOString(),
    nextVerificationAt: nextVerificationAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** The vendor's partitions and accounts, which decide what roles customers may register. */
export interface VendorAccounts {
  vendorName: string;
  /** The partitions that have a broker, the main one first. */
  partitions: readonly string[];
  /** The vendor's accounts of all partitions. */
  ownAccountIds: readonly string[];
}

export const vendorAccountsOf = (config: {
  vendor: { name: string };
  brokers: readonly { partition: string }[];
  ownAccountIds: readonly string[];
}): VendorAccounts => ({
  vendorName: config.vendor.name,
  partitions: config.brokers.map(({ partition }) => partition),
  ownAccountIds: config.ownAccountIds,
});

const PRINCIPAL_ARN =
  /^arn:[a-z-]+:(iam|sts)::(\d{12}):(root|user|group|assumed-role|federated-user|instance-profile|[a-z-]+)/;

/**
 * Returns the parts of a role ARN that may be registered. These are rejected before any call to AWS:
 * - roles in the vendor's own accounts, because a customer could otherwise name the vendor's own role
 * - service-linked and SSO roles, whose trust policies customers cannot change
 * - roles of a partition without a broker, because AssumeRole does not work across partitions
 * - ARNs of anything else
 * @throws Problem `role_not_allowed` or `validation_failed`
 */
export function assertRoleAllowed(roleArn: string, vendor: VendorAccounts): RoleArn {
  const role = parseRoleArn(roleArn);
  if (!role) rejectNonRole(roleArn);
  const reason = findRejectionReason(role, vendor);
  if (reason !== null) throw roleProblem('role_not_allowed', reason);
  return role;
}

function findRejectionReason(
  { accountId, path, partition }: RoleArn,
  { vendorName: vendor, ownAccountIds, partitions }: VendorAccounts,
): Message | null {
  if (ownAccountIds.includes(accountId)) return roleMessage('role.ownAccount', { vendor });
  if (path.startsWith('/aws-service-role/')) return roleMessage('role.serviceLinked');
  if (path.startsWith('/aws-reserved/')) return roleMessage('role.sso');
  if (!partitions.includes(partition))
    return roleMessage('role.partition', { partition, vendor, partitions: partitions.join(', ') });
  return null;
}

const NON_ROLE_MESSAGES: Record<string, Message> = {
  'assumed-role': roleMessage('role.session'),
  root: roleMessage('role.root'),
  'instance-profile': roleMessage('role.instanceProfile'),
};

function rejectNonRole(arn: string): never {
  const [, , , kind] = PRINCIPAL_ARN.exec(arn) ?? [];
  if (kind === undefined || kind === 'role') {
    throw invalidRequest([
      {
        path: 'roleArn',
        message: 'must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/Name',
      },
    ]);
  }
  throw roleProblem('role_not_allowed', NON_ROLE_MESSAGES[kind] ?? roleMessage('role.otherKind', { kind }));
}

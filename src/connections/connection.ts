import { parseRoleArn, type RoleArn } from '../aws/arn.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { invalidRequest, Problem } from '../http/problem.ts';
import type { Verification } from './verification.ts';

export type ConnectionStatus = 'pending' | 'verified' | 'insecure' | 'unreachable' | 'disabled';

export interface Connection {
  id: string;
  tenantId: string;
  name: string | null;
  roleArn: string;
  accountId: string;
  partition: string;
  /** The access profile that the role was made from, by name; null: the installation's own permissions. */
  profile: string | null;
  status: ConnectionStatus;
  /** The external ID that the role was last proven with. */
  verifiedExternalIdId: ExternalId['id'] | null;
  lastVerification: Verification | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Whether a connection never came to anything: nobody can have drawn credentials for it. */
export const wasNeverVerified = ({ verifiedExternalIdId, status }: Connection): boolean =>
  verifiedExternalIdId === null && status !== 'verified' && status !== 'disabled';

/** The connection as the API shows it. */
export function toConnectionBody({
  verifiedExternalIdId: _,
  createdAt,
  updatedAt,
  ...connection
}: Connection) {
  return { ...connection, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

const PRINCIPAL_ARN =
  /^arn:[a-z-]+:(iam|sts)::(\d{12}):(root|user|group|assumed-role|federated-user|instance-profile|[a-z-]+)/;

/**
 * The parts of a role ARN that may be registered. Refused before any call to AWS: what is not a role, the vendor's own
 * accounts (a customer could name the vendor's own role: rule 7), service-linked and SSO roles, which nobody can give
 * a trust policy, and other partitions, which ours cannot assume into.
 * @throws Problem `role_not_allowed` or `validation_failed`
 */
export function assertRoleAllowed(
  roleArn: string,
  vendor: { partition: string; ownAccountIds: readonly string[] },
): RoleArn {
  const role = parseRoleArn(roleArn);
  if (!role) throw notARole(roleArn);
  if (vendor.ownAccountIds.includes(role.accountId)) {
    throw notAllowed(
      "This role lies in the vendor's own account. Give the ARN of the role that was created in the customer's account.",
    );
  }
  if (role.path.startsWith('/aws-service-role/')) {
    throw notAllowed(
      'This is a service-linked role, which belongs to an AWS service. Create a role of its own for this.',
    );
  }
  if (role.path.startsWith('/aws-reserved/')) {
    throw notAllowed(
      'This role belongs to AWS IAM Identity Center (SSO). Create a role of its own for this.',
    );
  }
  if (role.partition !== vendor.partition) {
    throw notAllowed(
      `This role lies in the partition ${role.partition}, but the vendor's identity in ${vendor.partition}; AWS partitions cannot assume into each other.`,
    );
  }
  return role;
}

const NAMED: Record<string, string> = {
  'assumed-role': "a session of a role, not the role's own ARN",
  root: 'the root user of an account, not a role',
  'instance-profile': 'an instance profile; the role in it has an ARN of its own',
};

function notARole(roleArn: string): Problem {
  const [, , , kind] = PRINCIPAL_ARN.exec(roleArn) ?? [];
  if (kind !== undefined && kind !== 'role') {
    const what = NAMED[kind] ?? `a ${kind}, not a role`;
    return notAllowed(
      `This ARN names ${what}. Give the ARN of a role, like arn:aws:iam::111122223333:role/Name.`,
    );
  }
  return invalidRequest([
    {
      path: 'roleArn',
      message: 'must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/Name',
    },
  ]);
}

function notAllowed(detail: string): Problem {
  return new Problem('role_not_allowed', detail);
}

import { partitionOfRegion } from '../aws/arn.ts';
import {
  ADMIN_USER_NAME,
  adminUserId,
  parseUserAccessKeyId,
  SANDBOX_SECRET_ACCESS_KEY,
} from './account-credentials.ts';
import type { Role, Roles } from './iam/roles.ts';
import { AwsError } from './protocol/aws-error.ts';
import {
  parseSignature,
  type SignedRequest,
  type UnverifiedSignature,
  verifySignature,
} from './protocol/signature.ts';
import { type Session, verifySessionToken } from './sts/sessions.ts';

/** The identity that signed a request: a root user, the user `admin` of an account, or a session of a role. */
export interface Caller {
  readonly type: 'root' | 'user' | 'role';
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** As GetCallerIdentity returns it. */
  readonly arn: string;
  readonly userId: string;
  /** `null` for a user. */
  readonly session: (Session & { readonly roleTags: Role['tags'] }) | null;
}

/**
 * Authenticates the caller of a request.
 *
 * @param service the service of the requested operation; a signature for another service is rejected
 * @throws AwsError InvalidClientTokenId, SignatureDoesNotMatch, ExpiredToken, and the errors of `parseSignature`
 */
export function authenticate(
  request: SignedRequest,
  service: 'sts' | 'iam',
  deps: { readonly roles: Roles; readonly now: Date },
): Caller {
  const unverified = parseSignature(request.headers);
  const token = request.headers['x-amz-security-token'];
  const { caller, secretAccessKey } =
    token === undefined ? findUser(unverified) : findRoleSession(unverified, token, deps.roles);
  verifySignature(request, unverified, { secretAccessKey, service, now: deps.now });
  if (caller.session !== null && caller.session.expiresAt * 1000 <= deps.now.getTime()) {
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired');
  }
  return caller;
}

function invalidToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.');
}

interface UnverifiedCaller {
  readonly caller: Caller;
  /** The secret that must have signed the request. */
  readonly secretAccessKey: string;
}

function findUser({ accessKeyId, region }: UnverifiedSignature): UnverifiedCaller {
  const user = parseUserAccessKeyId(accessKeyId);
  if (user === undefined) throw invalidToken();
  const { accountId, type } = user;
  const partition = partitionOfRegion(region);
  const name = type === 'root' ? 'root' : `user/${ADMIN_USER_NAME}`;
  return {
    caller: {
      type,
      partition,
      accountId,
      region,
      arn: `arn:${partition}:iam::${accountId}:${name}`,
      userId: type === 'root' ? accountId : adminUserId(partition, accountId),
      session: null,
    },
    secretAccessKey: SANDBOX_SECRET_ACCESS_KEY,
  };
}

function findRoleSession(
  { accessKeyId, region }: UnverifiedSignature,
  token: string,
  roles: Roles,
): UnverifiedCaller {
  const verified = verifySessionToken(accessKeyId, token, roles.secret);
  if (verified === undefined) throw invalidToken();
  const { session, secretAccessKey } = verified;
  const { partition, accountId, roleId, sessionName } = session;
  const roleName = session.roleArn.split('/').at(-1) ?? '';
  const role = roles.find(session, roleName);
  // The sessions of a deleted role are invalid, even after a new role with the same name is created.
  if (role === undefined || role.id !== roleId || partition !== partitionOfRegion(region))
    throw invalidToken();
  return {
    caller: {
      type: 'role',
      partition,
      accountId,
      region,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
      userId: `${roleId}:${sessionName}`,
      session: { ...session, roleTags: role.tags },
    },
    secretAccessKey,
  };
}

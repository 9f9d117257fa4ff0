import { AwsError } from './aws-error.ts';
import type { Role, Roles } from './iam/roles.ts';
import { type ClaimedSignature, readSignature, type SignedRequest, verifySignature } from './signature.ts';
import { readKeys, type Session } from './sts/sessions.ts';

/** Who signed a request: an account's root, or a session of a role. */
export interface Caller {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** As GetCallerIdentity shows it. */
  readonly arn: string;
  readonly userId: string;
  /** `null` for a root. */
  readonly session: (Session & { readonly roleTags: Role['tags'] }) | null;
}

const ROOT_KEY = /^SANDBOX(\d{12})$/;
const ROOT_SECRET = 'sandbox';

const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

/** The partition that a Region belongs to. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

/**
 * Proves who sent a request.
 *
 * @param service the service whose operation it asks for: keys signed for another do not count.
 * @throws AwsError InvalidClientTokenId, SignatureDoesNotMatch, ExpiredToken and those of `readSignature`.
 */
export function authenticate(
  request: SignedRequest,
  service: 'sts' | 'iam',
  deps: { readonly roles: Roles; readonly now: Date },
): Caller {
  const claimed = readSignature(request.headers);
  const token = request.headers['x-amz-security-token'];
  const { caller, secretAccessKey } =
    token === undefined ? root(claimed) : roleSession(claimed, token, deps.roles);
  verifySignature(request, claimed, { secretAccessKey, service, now: deps.now });
  if (caller.session !== null && caller.session.expiresAt * 1000 <= deps.now.getTime()) {
    throw new AwsError('ExpiredToken', 'The security token included in the request is expired');
  }
  return caller;
}

function invalidToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.');
}

interface Found {
  readonly caller: Caller;
  readonly secretAccessKey: string;
}

function root({ accessKeyId, region }: ClaimedSignature): Found {
  const accountId = ROOT_KEY.exec(accessKeyId)?.[1];
  if (accountId === undefined) throw invalidToken();
  const partition = partitionOf(region);
  const arn = `arn:${partition}:iam::${accountId}:root`;
  return {
    caller: { partition, accountId, region, arn, userId: accountId, session: null },
    secretAccessKey: ROOT_SECRET,
  };
}

function roleSession({ accessKeyId, region }: ClaimedSignature, token: string, roles: Roles): Found {
  const keys = readKeys(accessKeyId, token, roles.secret);
  if (keys === undefined) throw invalidToken();
  const { session, secretAccessKey } = keys;
  const { partition, accountId, roleId, sessionName } = session;
  const name = session.roleArn.split('/').at(-1) ?? '';
  const role = roles.find(session, name);
  // With the role go its sessions, and a new role of the same name is not the old one.
  if (role === undefined || role.id !== roleId || partition !== partitionOf(region)) throw invalidToken();
  return {
    caller: {
      partition,
      accountId,
      region,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
      userId: `${roleId}:${sessionName}`,
      session: { ...session, roleTags: role.tags },
    },
    secretAccessKey,
  };
}

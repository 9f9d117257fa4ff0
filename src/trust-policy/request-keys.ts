/** Who asks, as AWS knows it. */
export interface CallerPrincipal {
  readonly type: 'root' | 'role' | 'user';
  /** As aws:PrincipalArn: for a role session the ARN of the role, with its path. */
  readonly arn: string;
  /** The ARN of the assumed-role session; for type `role`. */
  readonly sessionArn?: string;
  /** 12 digits. */
  readonly accountId: string;
  /** aws:userid: `AROA…:session` for a role session, `AIDA…` for a user, the account ID for a root. */
  readonly userId?: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
}

/** One request to assume a role. */
export interface TrustRequest {
  /** `sts:AssumeRole`, `sts:TagSession` or `sts:SetSourceIdentity`. */
  readonly action: string;
  readonly principal: CallerPrincipal;
  /** `null` when none was sent. */
  readonly externalId: string | null;
  /**
   * Further condition keys of the request, such as `sts:RoleSessionName` or `aws:SourceIp`; an array is a multivalued
   * key. Keys that follow from the principal or the external ID are made here and cannot be given.
   */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** The condition keys of a request, by name without regard to case. */
export interface RequestKeys {
  /** No value when the key is absent. */
  values(key: string): readonly string[];
  /** The value of a single-valued key: no other can stand as a policy variable. */
  single(key: string): string | undefined;
}

const PRINCIPAL_TYPE = { root: 'Account', role: 'AssumedRole', user: 'User' } as const;

/** The condition keys that a request has (AWS global condition context keys; IAM and AWS STS condition context keys). */
export function requestKeys(request: TrustRequest): RequestKeys {
  // A Map: a key named __proto__ is a key like any other.
  const keys = new Map<string, string | readonly string[]>();
  for (const [key, value] of Object.entries(request.context ?? {})) keys.set(key.toLowerCase(), value);
  for (const [key, value] of ownKeys(request)) {
    if (value === undefined) keys.delete(key);
    else keys.set(key, value);
  }
  return {
    values: (key) => {
      const found = keys.get(key.toLowerCase()) ?? [];
      return typeof found === 'string' ? [found] : found;
    },
    single: (key) => {
      const found = keys.get(key.toLowerCase());
      return typeof found === 'string' ? found : undefined;
    },
  };
}

function ownKeys({ principal, externalId }: TrustRequest): [string, string | undefined][] {
  return [
    ['sts:externalid', externalId ?? undefined],
    ['aws:principalarn', principal.arn],
    ['aws:principalaccount', principal.accountId],
    ['aws:principaltype', PRINCIPAL_TYPE[principal.type]],
    ['aws:principalisawsservice', 'false'],
    ['aws:userid', principal.userId ?? (principal.type === 'root' ? principal.accountId : undefined)],
    ['aws:username', principal.type === 'user' ? principal.arn.split('/').at(-1) : undefined],
  ];
}

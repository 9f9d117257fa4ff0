/** What is known of a value before the request is sent. */
export interface PossibleValues {
  /** Each possible value matches one of these patterns, with the wildcards `*` and `?`. An address may be a CIDR range. */
  readonly patterns: readonly string[];
  /** Whether the request may lack the value. */
  readonly mayBeAbsent: boolean;
}

/** The principal that signed a request, as AWS knows it. */
export interface CallerPrincipal {
  /** `unknown`: a role or a user. */
  readonly type: 'root' | 'role' | 'user' | 'unknown';
  /** The value of aws:PrincipalArn: for a role session, the ARN of the role including its path. */
  readonly arn: string | PossibleValues;
  /** The ARN of the assumed-role session; for type `role`. */
  readonly sessionArn?: string | PossibleValues;
  /** 12 digits. */
  readonly accountId: string;
  /** The value of aws:userid: `AROA…:session` for a role session, `AIDA…` for a user, the account ID for a root. */
  readonly userId?: string | PossibleValues;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
}

/** A request that a trust policy allows or denies. */
export interface AuthorizationRequest {
  /** `sts:AssumeRole`, `sts:TagSession` or `sts:SetSourceIdentity`. */
  readonly action: string;
  readonly principal: CallerPrincipal;
  /** `null` when the request has none. */
  readonly externalId: string | null;
  /**
   * Further condition keys of the request, such as `sts:RoleSessionName` or `aws:SourceIp`; an array is a multivalued
   * key. Keys that are derived from the principal or the external ID cannot be overridden here.
   */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** What is known of a key, in lower case, that has no value above; `undefined`: the request does not have it. */
  readonly possibleValues?: (key: string) => PossibleValues | undefined;
}

/** The condition keys of a request and their values. Key names are case-insensitive. */
export interface RequestContext {
  /** Empty when the key is absent. */
  valuesOf(key: string): readonly string[] | PossibleValues;
  /** The value of a single-valued key; only these can be used as policy variables. */
  singleValueOf(key: string): string | PossibleValues | undefined;
}

const PRINCIPAL_TYPE = {
  root: 'Account',
  role: 'AssumedRole',
  user: 'User',
  unknown: { patterns: ['AssumedRole', 'User'], mayBeAbsent: false },
} as const;

/** Builds the request context (AWS global condition context keys; IAM and AWS STS condition context keys). */
export function buildRequestContext(request: AuthorizationRequest): RequestContext {
  const contextKeys = Object.keys(request.context ?? {});
  const find = (key: string): string | readonly string[] | PossibleValues | undefined => {
    const name = key.toLowerCase();
    const derive = DERIVED_KEYS.get(name);
    if (derive) return derive(request) ?? [];
    const given = contextKeys.findLast((other) => other.toLowerCase() === name);
    return given === undefined ? request.possibleValues?.(name) : request.context?.[given];
  };
  return {
    valuesOf: (key) => {
      const value = find(key) ?? [];
      return typeof value === 'string' ? [value] : value;
    },
    singleValueOf: (key) => {
      const value = find(key);
      return value === undefined || isList(value) ? undefined : value;
    },
  };
}

const isList = (value: string | readonly string[] | PossibleValues): value is readonly string[] =>
  Array.isArray(value);

type DerivedValue = string | PossibleValues | undefined;

/** A request has up to fifteen keys and a policy tests two or three, so only those are derived. */
const DERIVED_KEYS: ReadonlyMap<string, (request: AuthorizationRequest) => DerivedValue> = new Map([
  ['sts:externalid', ({ externalId }) => externalId ?? undefined],
  ['aws:principalarn', ({ principal }) => principal.arn],
  ['aws:principalaccount', ({ principal }) => principal.accountId],
  ['aws:principaltype', ({ principal }) => PRINCIPAL_TYPE[principal.type]],
  ['aws:principalisawsservice', () => 'false'],
  [
    'aws:userid',
    ({ principal }) => principal.userId ?? (principal.type === 'root' ? principal.accountId : undefined),
  ],
  ['aws:username', ({ principal }) => userNameOf(principal)],
] satisfies [string, (request: AuthorizationRequest) => DerivedValue][]);

function userNameOf({ type, arn }: CallerPrincipal): DerivedValue {
  if (type === 'unknown') return { patterns: ['*'], mayBeAbsent: true };
  return type === 'user' ? lastPart(arn) : undefined;
}

const lastPart = (arn: string | PossibleValues): string | PossibleValues | undefined =>
  typeof arn === 'string'
    ? arn.split('/').at(-1)
    : { ...arn, patterns: arn.patterns.map((pattern) => pattern.slice(pattern.lastIndexOf('/') + 1)) };

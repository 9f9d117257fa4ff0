/** The port to AWS STS. Production and tests both use the implementation in `sts-client/`. */
export interface Sts {
  /** Calls AssumeRole with exactly this external ID and returns the credentials. @throws StsError */
  assumeRole(request: AssumeRoleRequest): Promise<AssumedRole>;
  /**
   * Calls AssumeRole to find out whether AWS allows it. The credentials are discarded and never returned.
   *
   * @param request `externalId: null` sends no external ID
   * @throws StsError when AWS neither allowed nor denied the call
   */
  probe(request: ProbeRequest): Promise<'allowed' | 'denied'>;
  /** Returns the account and the ARN of the broker identity (GetCallerIdentity). @throws StsError */
  callerIdentity(): Promise<{ accountId: string; arn: string }>;
}

export interface AssumeRoleRequest {
  /** The tenant whose budget the call counts towards. */
  tenantId: string;
  roleArn: string;
  externalId: string;
  sessionName: string;
  durationSeconds: number;
  /** Session policies and session attributes; null: the session has all permissions of the role, and no attributes. */
  session: SessionOptions | null;
  /** Called each time STS throttles the call, which is then retried. The caller may stop waiting for it. */
  onThrottled?: () => void;
}

/** Attributes of a session for CloudTrail and for policy conditions. The trust policy must allow each of the two. */
export interface SessionAttributes {
  /** Session tags; they need `sts:TagSession`. */
  tags: readonly { key: string; value: string }[];
  /** Needs `sts:SetSourceIdentity`; null: the session has no source identity. */
  sourceIdentity: string | null;
}

export interface SessionOptions extends SessionAttributes {
  /** An inline session policy as JSON. The session has only permissions that both it and the role allow. */
  policy: string | null;
  policyArns: readonly string[];
}

export interface ProbeRequest {
  /** The tenant whose budget of calls it counts towards; null: only the total, for a check of the broker. */
  tenantId: string | null;
  roleArn: string;
  externalId: string | null;
  sessionName: string;
  sessionAttributes?: SessionAttributes;
}

export interface AssumedRole {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: Date;
  /** The request ID of STS, which identifies the call in CloudTrail; null when the response has none. */
  awsRequestId: string | null;
}

export type StsFailure =
  | 'denied'
  | 'throttled'
  | 'unavailable'
  /** The broker has no credentials that STS accepts. */
  | 'no_credentials'
  /** STS rejected the time of the signature: the clock of this host is wrong. */
  | 'clock_wrong'
  /** The account of the role has not enabled the Region whose STS is called. */
  | 'region_disabled'
  | 'policy_too_large'
  | 'policy_malformed';

/**
 * A call to STS that returned no credentials: denied, throttled, rejected because of its session policies, or
 * `unavailable` for every other failure, which says nothing about the role.
 */
export class StsError extends Error {
  readonly failure: StsFailure;
  readonly awsRequestId: string | null;
  /** Set when the service's own budget rejected the call; null when AWS throttled or failed it. */
  readonly retryAfterSeconds: number | null;

  constructor(
    failure: StsFailure,
    message: string,
    options: { cause?: unknown; awsRequestId?: string | null; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StsError';
    this.failure = failure;
    this.awsRequestId = options.awsRequestId ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}

/** The port to AWS STS. `sts-client.ts` is the only thing behind it in production and in tests. */
export interface Sts {
  /** AssumeRole with exactly this external ID. Credentials come back to nobody else. @throws StsError */
  assumeRole(request: AssumeRoleRequest): Promise<AssumedRole>;
  /**
   * AssumeRole only to see whether AWS allows it; what it hands out is dropped at once and never leaves this call.
   * `externalId: null` sends none. @throws StsError for anything that is neither a yes nor a no.
   */
  probe(request: ProbeRequest): Promise<'allowed' | 'denied'>;
  /** The account and ARN of the broker identity (GetCallerIdentity). @throws StsError */
  callerIdentity(): Promise<{ accountId: string; arn: string }>;
}

export interface AssumeRoleRequest {
  /** Whose budget of calls it comes out of. */
  tenantId: string;
  roleArn: string;
  externalId: string;
  sessionName: string;
  durationSeconds: number;
  /** What narrows and marks the session; null: all that the role may, unmarked. */
  session: SessionOptions | null;
  /** Told each time that STS throttles the call, which goes on: for who cannot wait for its end. */
  onThrottled?: () => void;
}

/** What a session carries for CloudTrail and for conditions; each takes a permission of its own in the trust policy. */
export interface SessionAttributes {
  /** Needs `sts:TagSession`. Empty: none are sent. */
  tags: readonly { key: string; value: string }[];
  /** Needs `sts:SetSourceIdentity`. */
  sourceIdentity: string | null;
}

export interface SessionOptions extends SessionAttributes {
  /** JSON. The session may do what this and the role both allow. */
  policy: string | null;
  policyArns: readonly string[];
}

export interface ProbeRequest {
  /** Whose budget of calls it comes out of. */
  tenantId: string;
  roleArn: string;
  externalId: string | null;
  sessionName: string;
  /** Left out: none are sent. */
  sessionAttributes?: SessionAttributes;
}

export interface AssumedRole {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: Date;
  /** STS's own request ID, to find the call in CloudTrail; null when the answer had none. */
  awsRequestId: string | null;
}

export type StsFailure = 'denied' | 'throttled' | 'unavailable' | 'policy_too_large' | 'policy_malformed';

/**
 * What an answer of STS means: a denial, throttling, session policies that it does not take, or anything else that is
 * neither a yes nor a no.
 */
export class StsError extends Error {
  readonly failure: StsFailure;
  readonly awsRequestId: string | null;
  /** When our own budget refused the call: after how long there is room again. null: AWS itself said so, or failed. */
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

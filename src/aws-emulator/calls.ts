/** One call as it came in, before anything of it was checked. */
export interface Call {
  readonly at: Date;
  /** `AssumeRole`, …; empty when none was named. */
  readonly operation: string;
  readonly roleArn: string | null;
  /** `null` when none was sent; an empty text when it was sent empty. */
  readonly externalId: string | null;
  readonly sessionName: string | null;
  readonly policy: string | null;
  readonly policyArns: readonly string[];
  /** Session tags as `key=value`, in the order sent. */
  readonly tags: readonly string[];
  readonly sourceIdentity: string | null;
  /** As sent. */
  readonly durationSeconds: number | null;
  /** `ok`, an AWS error code, the fault that struck it, or `pending` while there is no answer. */
  outcome: string;
}

/** Describes a call from its body, however malformed. */
export function describeCall(body: Buffer, at: Date): Call {
  const sent = new URLSearchParams(body.toString());
  const duration = sent.get('DurationSeconds');
  return {
    at,
    operation: sent.get('Action') ?? '',
    roleArn: sent.get('RoleArn'),
    externalId: sent.get('ExternalId'),
    sessionName: sent.get('RoleSessionName'),
    policy: sent.get('Policy'),
    policyArns: [...sent]
      .filter(([name]) => /^PolicyArns\.member\.\d+\.arn$/.test(name))
      .map(([, value]) => value),
    tags: [...sent]
      .filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name))
      .map(([name, key]) => `${key}=${sent.get(name.replace(/Key$/, 'Value')) ?? ''}`),
    sourceIdentity: sent.get('SourceIdentity'),
    durationSeconds: duration === null ? null : Number(duration),
    outcome: 'pending',
  };
}

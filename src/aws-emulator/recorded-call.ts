/** A call as it was received, before any check. */
export interface RecordedCall {
  readonly receivedAt: Date;
  /** For example `AssumeRole`; empty when the request names none. */
  readonly operation: string;
  readonly roleArn: string | null;
  /** `null` when the request has none; an empty string when it has an empty one. */
  readonly externalId: string | null;
  readonly sessionName: string | null;
  readonly policy: string | null;
  readonly policyArns: readonly string[];
  /** Session tags as `key=value`, in the order of the request. */
  readonly tags: readonly string[];
  readonly sourceIdentity: string | null;
  readonly durationSeconds: number | null;
  /** `ok`, an AWS error code, the mode of the fault that ended the call, or `pending` until it is answered. */
  outcome: string;
}

/** Records a call from its body, which may be malformed. */
export function recordCall(body: Buffer, receivedAt: Date): RecordedCall {
  const parameters = new URLSearchParams(body.toString());
  const duration = parameters.get('DurationSeconds');
  return {
    receivedAt,
    operation: parameters.get('Action') ?? '',
    roleArn: parameters.get('RoleArn'),
    externalId: parameters.get('ExternalId'),
    sessionName: parameters.get('RoleSessionName'),
    policy: parameters.get('Policy'),
    policyArns: [...parameters]
      .filter(([name]) => /^PolicyArns\.member\.\d+\.arn$/.test(name))
      .map(([, value]) => value),
    tags: [...parameters]
      .filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name))
      .map(([name, key]) => `${key}=${parameters.get(name.replace(/Key$/, 'Value')) ?? ''}`),
    sourceIdentity: parameters.get('SourceIdentity'),
    durationSeconds: duration === null ? null : Number(duration),
    outcome: 'pending',
  };
}

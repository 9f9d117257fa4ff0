import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { Clock } from '../lib/clock.ts';
import {
  type AssumedRole,
  type AssumeRoleRequest,
  type ProbeRequest,
  type SessionMarks,
  type SessionOptions,
  type Sts,
  StsError,
} from './sts.ts';
import { refuseForeignAnswers } from './sts-answer.ts';
import type { StsBudget } from './sts-budget.ts';
import { toStsError } from './sts-error.ts';

export interface StsClientOptions {
  region: string;
  clock: Clock;
  /** The whole call, retries included, ends within this. */
  timeoutSeconds: number;
  /** What every attempt is taken from, those that the SDK makes by itself too. */
  budget: StsBudget;
  /** Left out: as the SDK finds it (AWS_ENDPOINT_URL_STS). */
  endpoint?: string;
  /** Left out: the SDK's own credential chain. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Told of each call and how it ended, for the metrics. */
  onCall?: (operation: 'AssumeRole' | 'GetCallerIdentity', result: 'success' | StsError['failure']) => void;
}

/** The shortest session that STS grants; probes ask for no more. */
const PROBE_DURATION_SECONDS = 900;
/** What STS accepts as an external ID (API reference, AssumeRole). */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** The real STS through the AWS SDK, in production and in tests alike. Closing it ends its sockets. */
export function createStsClient(options: StsClientOptions): Sts & { close(): void } {
  const timeoutMs = options.timeoutSeconds * 1000;
  const client = new STSClient({
    region: options.region,
    maxAttempts: 3,
    ...(options.endpoint && { endpoint: options.endpoint }),
    ...(options.credentials && { credentials: options.credentials }),
    requestHandler: {
      connectionTimeout: Math.min(2000, timeoutMs / 2),
      requestTimeout: timeoutMs / 2,
      // Without it the SDK only warns, and a hung STS hangs the caller.
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive: true, maxSockets: 256 },
      httpAgent: { keepAlive: true, maxSockets: 256 },
    },
  });

  client.middlewareStack.add(refuseForeignAnswers, { step: 'deserialize', priority: 'low' });

  const bounded = async <T>(
    operation: 'AssumeRole' | 'GetCallerIdentity',
    tenantId: string | null,
    call: (abortSignal: AbortSignal, attempts: Attempts) => Promise<T>,
  ): Promise<T> => {
    // Signed by our clock. With the system's own the SDK is left to correct a host that is off, as it does by itself.
    const offsetMs = options.clock.now().getTime() - Date.now();
    if (Math.abs(offsetMs) > 1000) client.config.systemClockOffset = offsetMs;
    let left = false;
    let throttled = false;
    const attempts: Attempts = {
      leaving() {
        options.budget.take(tenantId);
        left = true;
      },
      failed(error) {
        throttled = toStsError(error, throttled).failure === 'throttled';
      },
    };
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), timeoutMs);
    try {
      const answer = await call(end.signal, attempts);
      options.onCall?.(operation, 'success');
      return answer;
    } catch (error) {
      const stsError = toStsError(error, throttled);
      if (left) options.onCall?.(operation, stsError.failure);
      throw stsError;
    } finally {
      clearTimeout(timer);
    }
  };

  const assume = (
    request: AssumeRoleRequest | (ProbeRequest & { durationSeconds: number }),
  ): Promise<AssumedRole> =>
    bounded('AssumeRole', request.tenantId, async (abortSignal, attempts) => {
      const command = new AssumeRoleCommand({
        RoleArn: request.roleArn,
        RoleSessionName: request.sessionName,
        DurationSeconds: request.durationSeconds,
        ...(request.externalId !== null && { ExternalId: request.externalId }),
        ...marksOf('marks' in request ? request.marks : 'session' in request ? request.session : null),
        ...limitsOf('session' in request ? request.session : null),
      });
      command.middlewareStack.add(around(attempts), EACH_ATTEMPT);
      const output = await client.send(command, { abortSignal });
      return readAssumedRole(output, request.roleArn, options.clock.now());
    });

  return {
    async assumeRole(request) {
      // The SDK sends '' as it is and silently leaves undefined out: a call without an ID must not be possible.
      if (!EXTERNAL_ID.test(request.externalId))
        throw new Error('AssumeRole without a well-formed external ID');
      return assume(request);
    },
    async probe(request) {
      try {
        await assume({ ...request, durationSeconds: PROBE_DURATION_SECONDS });
        return 'allowed';
      } catch (error) {
        if (error instanceof StsError && error.failure === 'denied') return 'denied';
        throw error;
      }
    },
    callerIdentity: () =>
      bounded('GetCallerIdentity', null, async (abortSignal, attempts) => {
        const command = new GetCallerIdentityCommand({});
        command.middlewareStack.add(around(attempts), EACH_ATTEMPT);
        const { Account, Arn } = await client.send(command, { abortSignal });
        if (!Account || !Arn)
          throw new StsError('unavailable', 'GetCallerIdentity answered without an account');
        return { accountId: Account, arn: Arn };
      }),
    close: () => client.destroy(),
  };
}

/** Where the SDK's middleware runs once for each attempt, just before the request leaves. */
const EACH_ATTEMPT = { step: 'finalizeRequest', priority: 'low', name: 'countersignBudget' } as const;

interface Attempts {
  /** What it throws keeps the request from leaving, and ends the SDK's retries. */
  leaving(): void;
  failed(error: unknown): void;
}

function around({ leaving, failed }: Attempts) {
  return <Arguments, Result>(next: (args: Arguments) => Promise<Result>) =>
    async (args: Arguments): Promise<Result> => {
      leaving();
      try {
        return await next(args);
      } catch (error) {
        failed(error);
        throw error;
      }
    };
}

function marksOf(marks: SessionMarks | null | undefined) {
  return {
    ...(marks?.tags.length && { Tags: marks.tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    ...(marks?.sourceIdentity && { SourceIdentity: marks.sourceIdentity }),
  };
}

function limitsOf(session: SessionOptions | null) {
  // An empty policy would be left out by nobody's decision, and the session would be as wide as the role.
  if (session?.policy === '') throw new Error('AssumeRole with an empty session policy');
  return {
    ...(session?.policy && { Policy: session.policy }),
    ...(session?.policyArns.length && { PolicyArns: session.policyArns.map((arn) => ({ arn })) }),
  };
}

/** A 200 is a yes only if it is whole and speaks of the account that was asked for; a garbled one is no answer. */
function readAssumedRole(output: AssumeRoleCommandOutput, roleArn: string, now: Date): AssumedRole {
  const awsRequestId = output.$metadata.requestId ?? null;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output.Credentials ?? {};
  const account = roleArn.split(':')[4];
  if (
    !AccessKeyId ||
    !SecretAccessKey ||
    !SessionToken ||
    !Expiration ||
    Number.isNaN(Expiration.getTime())
  ) {
    throw new StsError('unavailable', 'AssumeRole answered without whole credentials', { awsRequestId });
  }
  const answeredFor = output.AssumedRoleUser?.Arn?.split(':')[4];
  if (answeredFor !== undefined && answeredFor !== account) {
    throw new StsError('unavailable', 'AssumeRole answered for another account', { awsRequestId });
  }
  if (Expiration <= now) {
    throw new StsError('unavailable', 'AssumeRole answered with expired credentials', { awsRequestId });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt: Expiration,
    awsRequestId,
  };
}

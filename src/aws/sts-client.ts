import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type STSClientConfig,
} from '@aws-sdk/client-sts';
import type { Clock } from '../lib/clock.ts';
import { VERSION } from '../version.ts';
import { brokerCredentials } from './broker-credentials.ts';
import {
  type AssumedRole,
  type AssumeRoleRequest,
  type ProbeRequest,
  type SessionAttributes,
  type SessionOptions,
  type Sts,
  StsError,
} from './sts.ts';
import { readAssumedRole, refuseForeignAnswers } from './sts-answer.ts';
import type { StsBudget } from './sts-budget.ts';
import { refusesKeys, toStsError } from './sts-error.ts';

export interface StsClientOptions {
  region: string;
  clock: Clock;
  /** Left out: as the SDK finds it (AWS_ENDPOINT_URL_STS). */
  endpoint?: string;
  /** Left out: the SDK's own credential chain. */
  credentials?: NonNullable<STSClientConfig['credentials']>;
  /** The whole call, retries included, ends within this. */
  timeoutSeconds: number;
  /** What every attempt is taken from, those that the SDK makes by itself too. */
  budget: StsBudget;
  /** Told of each call and how it ended, for the metrics. */
  onCall?: (operation: Call['operation'], result: 'success' | StsError['failure']) => void;
}

/** The shortest session that STS grants; probes ask for no more. */
const PROBE_DURATION_SECONDS = 900;
/** What STS accepts as an external ID (API reference, AssumeRole). */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/** One call with all its attempts. */
interface Call {
  operation: 'AssumeRole' | 'GetCallerIdentity';
  /** Whose budget each attempt comes out of; null: nobody's. */
  tenantId: string | null;
  /** Whether an attempt left. */
  left?: boolean;
  /** What the last attempt that left ended with. */
  lastError?: unknown;
  /** Whether STS throttled it. */
  throttled?: boolean;
  /** Has the broker's credentials looked for anew. */
  giveUpKeys?: () => void;
  onThrottled?: (() => void) | undefined;
  /** Its time is up: nobody waits for it any more. */
  over?: boolean;
}

/** Where the SDK's middleware runs once for each attempt, just before the request leaves. */
const EACH_ATTEMPT = { step: 'finalizeRequest', priority: 'low', name: 'countersignBudget' } as const;

/** The real STS through the AWS SDK, in production and in tests alike. Closing it ends its sockets and what is under way. */
export function createStsClient(options: StsClientOptions): Sts & { close(): void } {
  const timeoutMs = options.timeoutSeconds * 1000;
  const client = openSdk(options);
  const broker = options.credentials ? null : findBroker(client, options.clock);

  /** By the input of their commands, since the chain that all calls share must hold nothing of any of them. */
  const calls = new WeakMap<object, Call>();
  let closed = false;

  client.middlewareStack.add(
    (next) => async (args) => {
      const call = calls.get(args.input);
      // What is thrown here keeps the attempt from leaving, and ends the SDK's retries.
      if (!call || call.over || closed)
        throw new StsError('unavailable', 'nobody waits for this call any more');
      options.budget.take(call.tenantId);
      call.left = true;
      try {
        return await next(args);
      } catch (error) {
        call.lastError = error;
        call.throttled = toStsError(error, call).failure === 'throttled';
        if (call.throttled && !call.over) call.onThrottled?.();
        if (refusesKeys(error)) call.giveUpKeys?.();
        throw error;
      }
    },
    EACH_ATTEMPT,
  );

  const bounded = async <T>(call: Call, input: object, send: () => Promise<T>): Promise<T> => {
    // Signed by our clock. With the system's own the SDK is left to correct a host that is off, as it does by itself.
    const offsetMs = options.clock.now().getTime() - Date.now();
    if (Math.abs(offsetMs) > 1000) client.config.systemClockOffset = offsetMs;
    calls.set(input, call);
    if (broker) {
      const chain = broker.chain();
      call.giveUpKeys = () => broker.recordUnreachable(chain);
    }
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        call.over = true;
        // All that a call waits for before its first attempt are the broker's credentials.
        if (!call.left) call.giveUpKeys?.();
        reject(Object.assign(new Error('the call took too long'), { name: 'TimeoutError' }));
      }, timeoutMs);
    });
    try {
      const answer = await Promise.race([send(), timeUp]);
      options.onCall?.(call.operation, 'success');
      return answer;
    } catch (error) {
      const stsError = toStsError(error, call);
      if (call.left) options.onCall?.(call.operation, stsError.failure);
      throw stsError;
    } finally {
      clearTimeout(timer);
    }
  };

  const assume = (
    request: AssumeRoleRequest | (ProbeRequest & { durationSeconds: number }),
  ): Promise<AssumedRole> => {
    const command = new AssumeRoleCommand({
      RoleArn: request.roleArn,
      RoleSessionName: request.sessionName,
      DurationSeconds: request.durationSeconds,
      ...(request.externalId !== null && { ExternalId: request.externalId }),
      ...marksOf(
        'sessionAttributes' in request
          ? request.sessionAttributes
          : 'session' in request
            ? request.session
            : null,
      ),
      ...limitsOf('session' in request ? request.session : null),
    });
    const onThrottled = 'onThrottled' in request ? request.onThrottled : undefined;
    const call: Call = { operation: 'AssumeRole', tenantId: request.tenantId, onThrottled };
    return bounded(call, command.input, async () =>
      readAssumedRole(await client.send(command), request, options.clock.now()),
    );
  };

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
    callerIdentity: () => {
      const command = new GetCallerIdentityCommand({});
      return bounded({ operation: 'GetCallerIdentity', tenantId: null }, command.input, async () => {
        const { Account, Arn } = await client.send(command);
        if (!Account || !Arn)
          throw new StsError('unavailable', 'GetCallerIdentity answered without an account');
        return { accountId: Account, arn: Arn };
      });
    },
    close: () => {
      closed = true;
      client.destroy();
    },
  };
}

/** What CloudTrail shows the customer as `userAgent`. */
const USER_AGENT = `countersign/${VERSION} aws-sdk-js/3`;

/**
 * What the SDK works out anew for each request, and what is always the same here or of no use: who is calling, whether
 * this is a Lambda function called by itself, and what a logger that there is not would be told.
 */
const NOT_NEEDED = ['getUserAgentMiddleware', 'recursionDetectionMiddleware', 'loggerMiddleware'];

/**
 * The AWS SDK's client for STS, set up once for calls of all tenants. Calls are sent without options of their own: one
 * chain of middleware then serves them all, and with what is left out here a call costs two thirds of what it did.
 */
function openSdk({ region, timeoutSeconds, endpoint, credentials }: StsClientOptions): STSClient {
  /** Longest that one attempt may take until its answer begins, and again until it ends. */
  const attemptMs = (timeoutSeconds * 1000) / 2;
  const agent = { keepAlive: true, maxSockets: 256 };
  const client = new STSClient({
    region,
    maxAttempts: 3,
    cacheMiddleware: true,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: Math.min(2000, attemptMs),
      requestTimeout: attemptMs,
      // Without it the SDK only warns, and a hung STS hangs the caller.
      throwOnRequestTimeout: true,
      httpsAgent: agent,
      httpAgent: agent,
    },
  });
  const { middlewareStack, config } = client;
  // The SDK would make one for each request, by copying all of its configuration.
  const makeSigner = config.signer;
  let signer: ReturnType<typeof makeSigner> | undefined;
  config.signer = (scheme) => (signer ??= makeSigner(scheme));
  for (const name of NOT_NEEDED) middlewareStack.remove(name);
  middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, {
        'user-agent': USER_AGENT,
      });
      return next(args);
    },
    { step: 'build', name: 'countersignUserAgent' },
  );
  middlewareStack.add(refuseForeignAnswers({ longestMs: attemptMs }), {
    step: 'deserialize',
    priority: 'low',
  });
  return client;
}

/** The SDK's own chain. It would remember for ever what a file held, and even that there was none: so files are read anew. */
function findBroker({ config }: STSClient, clock: Clock) {
  const init = { parentClientConfig: config, ignoreCache: true };
  const broker = brokerCredentials(() => config.credentialDefaultProvider({ ...config, ...init }), { clock });
  // Without this mark the SDK would put a memory of its own before it.
  config.credentials = Object.assign(broker.provide, { memoized: true });
  return broker;
}

function marksOf(sessionAttributes: SessionAttributes | null | undefined) {
  return {
    ...(sessionAttributes?.tags.length && {
      Tags: sessionAttributes.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    }),
    ...(sessionAttributes?.sourceIdentity && { SourceIdentity: sessionAttributes.sourceIdentity }),
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

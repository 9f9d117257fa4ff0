import type { STSClient } from '@aws-sdk/client-sts';
import { withTimeout } from '../../lib/with-timeout.ts';
import { withSpan } from '../../observability/traces/tracing.ts';
import { StsError } from '../sts.ts';
import { type AwsClock, createAwsClock, recordDates } from './aws-clock.ts';
import type { StsClientOptions, StsOperation } from './options.ts';
import { createSdkClient, useBrokerCredentials } from './sdk-client.ts';
import { isCredentialsRejection, TIMEOUT_ERROR, toStsError } from './to-sts-error.ts';

/** One call with all its attempts. */
interface Call {
  operation: StsOperation;
  /** The tenant whose budget each attempt counts towards; null: only the total. */
  tenantId: string | null;
  /** Whether at least one attempt was sent. */
  isSent?: boolean;
  /** The error of the last attempt that was sent. */
  lastError?: unknown;
  /** Whether STS throttled the last attempt. */
  isThrottled?: boolean;
  /** Whether the call has timed out, so that nobody waits for it. */
  isTimedOut?: boolean;
  onThrottled?: (() => void) | undefined;
  /** Makes the next call look up the broker's credentials again. */
  replaceCredentials?: () => void;
}

/** A smaller offset is within the resolution of the Date header, and far within the 15 minutes that AWS tolerates. */
const MIN_OFFSET_MS = 1000;

/** Runs once for each attempt, immediately before the request is sent. */
const EACH_ATTEMPT = { step: 'finalizeRequest', priority: 'low', name: 'countersignBudget' } as const;

/** Sends the calls of all tenants through one client of the SDK, with a time limit, a budget and classified errors. */
export function createCallSender(options: StsClientOptions) {
  const client = createSdkClient(options);
  const broker = options.credentials ? null : useBrokerCredentials(client, options);
  /** Keyed by the input of the command, because all calls share one middleware chain, which must not hold their state. */
  const calls = new WeakMap<object, Call>();
  const awsClock = createAwsClock(options.clock);
  let isClosed = false;

  client.middlewareStack.add(recordDates(awsClock, options.clock), {
    step: 'deserialize',
    priority: 'low',
    name: 'countersignDate',
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const call = calls.get(args.input);
      // An error here prevents the attempt and ends the SDK's retries.
      if (!call || call.isTimedOut || isClosed)
        throw new StsError('unavailable', 'the call timed out or the client is closed');
      options.budget.consume(call.tenantId);
      call.isSent = true;
      try {
        return await next(args);
      } catch (error) {
        recordAttemptError(call, error);
        throw error;
      }
    },
    EACH_ATTEMPT,
  );

  return {
    client,
    awsClock,
    /** @throws StsError */
    async send<T>(call: Call, input: object, sendCommand: () => Promise<T>): Promise<T> {
      signByClock(client, awsClock);
      calls.set(input, call);
      if (broker) {
        const chain = broker.currentChain();
        call.replaceCredentials = () => broker.replaceChain(chain);
      }
      try {
        const result = await sendInTime(call, options, sendCommand);
        options.onCall?.(call.operation, 'success');
        return result;
      } catch (error) {
        const stsError = toStsError(error, call);
        if (call.isSent) options.onCall?.(call.operation, stsError.failure);
        throw stsError;
      }
    },
    /** Closes the sockets and prevents further attempts of calls in progress. */
    close(): void {
      isClosed = true;
      client.destroy();
    },
  };
}

/** Sends a call within its time limit, as a span of the request that causes it. */
function sendInTime<T>(
  call: Call,
  { timeoutSeconds, region }: Pick<StsClientOptions, 'timeoutSeconds' | 'region'>,
  sendCommand: () => Promise<T>,
): Promise<T> {
  const { operation } = call;
  const span = {
    name: `STS ${operation}`,
    attributes: { 'rpc.system.name': 'aws-api', 'rpc.method': `STS/${operation}`, 'cloud.region': region },
    errorTypeOf: (error: unknown) => toStsError(error, call).failure,
  };
  return withSpan(span, () => withTimeout(timeoutSeconds * 1000, sendCommand(), () => timeOut(call)));
}

/** Signs requests by AWS's clock. Before the first response, the SDK corrects a wrong clock by a second attempt. */
function signByClock({ config }: STSClient, awsClock: AwsClock): void {
  const offsetMs = awsClock.now().getTime() - Date.now();
  const isWrong = Math.abs(offsetMs) > MIN_OFFSET_MS;
  if (isWrong || awsClock.offsetMs() !== null) config.systemClockOffset = isWrong ? offsetMs : 0;
}

function recordAttemptError(call: Call, error: unknown): void {
  call.lastError = error;
  call.isThrottled = toStsError(error, call).failure === 'throttled';
  if (call.isThrottled && !call.isTimedOut) call.onThrottled?.();
  if (isCredentialsRejection(error)) call.replaceCredentials?.();
}

function timeOut(call: Call): Error {
  call.isTimedOut = true;
  // Before its first attempt, a call waits only for the broker's credentials.
  if (!call.isSent) call.replaceCredentials?.();
  return Object.assign(new Error('the call took too long'), { name: TIMEOUT_ERROR });
}

import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { Clock } from '../../lib/clock.ts';
import type { ProxySettings } from '../../lib/proxy-settings.ts';
import type { StsFailure } from '../sts.ts';
import type { StsBudget } from '../sts-budget.ts';

export type StsOperation = 'AssumeRole' | 'GetCallerIdentity';

export interface StsClientOptions {
  /** The profile of the AWS shared configuration files that has the credentials. */
  profile?: string;
  region: string;
  clock: Clock;
  /** By default, the SDK determines the endpoint (AWS_ENDPOINT_URL_STS). */
  endpoint?: string;
  /** The proxies of this process. Default: none. */
  proxies?: ProxySettings;
  /** By default, the SDK's own credential provider chain. */
  credentials?: NonNullable<STSClientConfig['credentials']>;
  /** The maximum time for a whole call, including retries. */
  timeoutSeconds: number;
  /** Counts every attempt, including the SDK's retries. */
  budget: StsBudget;
  /** Called after each call with its result, for the metrics. */
  onCall?: (operation: StsOperation, result: 'success' | StsFailure) => void;
}

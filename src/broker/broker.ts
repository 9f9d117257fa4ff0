import type { Sts } from '../aws/sts.ts';
import type { DenialCause } from './attribute-denial.ts';
import type { BrokerHealth } from './broker-health.ts';
import type { BrokerIdentity } from './broker-identity.ts';
import type { BrokerSettings } from './broker-settings.ts';

/** A broker at work: its settings, its port to STS, and what this process knows about it. */
export interface Broker {
  settings: BrokerSettings;
  sts: Sts;
  health: BrokerHealth;
  /** null until GetCallerIdentity succeeded. */
  identity: BrokerIdentity | null;
  /** Why the identity of the credentials cannot be the configured broker; null: it is, or it was not read yet. */
  identityProblem: string | null;
  /** Where its credentials come from, for people, such as "environment variables"; null until they were looked up. */
  credentialSource: string | null;
  /** Looks the source up; it may take as long as the source takes. */
  readCredentialSource(): Promise<{ name: string }>;
  /** Decides whose a denial is, of a call for this tenant that began at this time. */
  attributeDenial(denial: { tenantId: string | null; startedAt: Date }): Promise<DenialCause>;
  /** By how much the clock of AWS is ahead of this process's, in milliseconds; null until STS has responded. */
  clockOffsetMs(): number | null;
}

/** The brokers by partition; the first is that of COUNTERSIGN_VENDOR_ACCOUNT_ID. */
export type Brokers = ReadonlyMap<string, Broker>;

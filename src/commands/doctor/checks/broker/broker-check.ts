import type { BrokerSettings, Witness } from '../../../../broker/broker-settings.ts';
import type { StsClient } from '../../../../broker/open-sts-clients.ts';
import type { Report } from '../../check-result.ts';

export interface BrokerCheck {
  settings: BrokerSettings;
  /** False for a main broker without COUNTERSIGN_VENDOR_ACCOUNT_ID: its account is then unknown. */
  isAccountKnown: boolean;
  /** Whether the main variables configure it, and not COUNTERSIGN_BROKERS_FILE. */
  isMain: boolean;
  client: StsClient;
  /** A client with credentials that nobody has: it shows whether STS answers when there are none. */
  anonymousClient: StsClient;
  values: Readonly<Record<string, string>>;
  /** Verified roles of customers in this partition, at most a few. */
  findWitnesses: () => Promise<Witness[]>;
  report: Report;
  redact: (text: string) => string;
}

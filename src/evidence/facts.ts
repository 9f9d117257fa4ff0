import type { Role } from '../identity/principal.ts';
import type {
  ChainTotals,
  DatabaseProperties,
  ExternalIdCounts,
  FeedState,
  Grant,
  KeyCounts,
  LastEvent,
  ServedConnection,
  Trigger,
  VerificationAges,
} from './store.ts';
import type { AuditExtent } from './verify-newest-chains.ts';

/** Everything that a report is assessed by, as it was when the report was made. It contains no secret. */
export interface Facts {
  at: Date;
  configuration: ConfigurationFacts;
  database: DatabaseProperties & { grants: Grant[]; triggers: Trigger[]; forbiddenPrivileges: string[] };
  externalIds: ExternalIdCounts;
  connections: {
    ages: VerificationAges[];
    /** When the verification was due that is more than a quarter of an hour late; null: none is. */
    lateSince: Date | null;
    servedUnverified: ServedConnection[];
    inOwnAccounts: number;
    verifiedWithRetiredId: number;
    legacyToMove: number;
  };
  rotations: { running: number; connectionsToMove: number; completed: LastEvent };
  apiKeys: KeyCounts[];
  brokers: BrokerFacts[];
  audit: AuditExtent & ChainTotals & { unsealed: number; archivedMonths: string[]; publicKey: string };
  events: FeedState & { oldestPendingDeliveryAt: Date | null };
  /** The roles that have each permission, from the table that every route is checked by. */
  mayIssueCredentials: readonly Role[];
  mayRotate: readonly Role[];
  permissionSets: PermissionSet[];
}

interface ConfigurationFacts {
  vendorName: string;
  vendorAccountId: string;
  ownAccountIds: string[];
  recheckSeconds: number;
  signingKeySource: 'configured' | 'generated';
  webhookSecretsEncrypted: boolean;
  workerIdentities: number;
  isSandbox: boolean;
}

export interface BrokerFacts {
  partition: string;
  accountId: string;
  region: string;
  brokerRoleArn: string | null;
  identityArn: string | null;
  hasCanary: boolean;
  status: 'working' | 'failing' | 'unknown';
  statusSince: Date;
  problem: string | null;
  /** Connections recorded as unreachable since the broker began to fail. */
  degradedWhileFailing: number;
}

/** The permissions that a customer's role gets: those of an access profile, or of the installation. */
export interface PermissionSet {
  name: string;
  managedPolicyArns: readonly string[];
  hasInlinePolicy: boolean;
  /** Why these are more than least privilege; null: nothing says so. */
  excess: string | null;
}

import type { KeyLookup } from './access/key-lookup.ts';
import type { CheckpointSigner } from './audit/checkpoints/checkpoint-signer.ts';
import type { Sts } from './aws/sts.ts';
import type { Brokers } from './broker/broker.ts';
import type { Config } from './config/config.ts';
import type { CredentialCache } from './credentials/cache/credential-cache.ts';
import type { Recovery } from './credentials/credentials.ts';
import type { HandOut } from './credentials/hand-out.ts';
import type { RepeatCounter } from './credentials/repeat-counter.ts';
import type { ConnectionLookup, KeyAndTargetLookup } from './credentials/target/target-lookups.ts';
import type { Database } from './database/database.ts';
import type { DatabaseMonitor } from './database/database-monitor.ts';
import type { PublishedEvent } from './events/event.ts';
import type { Actor } from './identity/principal.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { StaffProvider } from './staff-identities/provider.ts';
import type { WebhookSender } from './webhooks/deliveries/send.ts';
import type { TokenRevocationLookup } from './worker-identities/revocations/lookup.ts';
import type { TokenIssuer } from './worker-identities/token-issuers.ts';

/** The dependencies of all operations, created in compose.ts. Each operation takes what it needs as `Pick<Deps, …>`. */
export interface Deps {
  config: Config;
  database: Database;
  databaseMonitor: DatabaseMonitor;
  /** Makes each call with the broker of the role's partition. */
  sts: Pick<Sts, 'assumeRole' | 'probe'>;
  brokers: Brokers;
  /** The clock of everything that replicas share: the database's, whatever the clock of this host says. */
  clock: Clock;
  log: Log;
  metrics: Metrics;
  keys: KeyLookup;
  /** The configured issuers of workers' OIDC tokens, by their URL. */
  tokenIssuers: ReadonlyMap<string, TokenIssuer>;
  /** Reports whether a valid token was revoked. */
  isTokenRevoked: TokenRevocationLookup;
  /** Where the vendor's staff sign in to the console; null if no OpenID provider is configured. */
  staffProvider: StaffProvider | null;
  connectionLookup: ConnectionLookup;
  keyAndTargetLookup: KeyAndTargetLookup;
  credentialCache: CredentialCache;
  /** Runs at most one recovery from a denial for each connection and ID, and never reuses one that began before the denial. */
  denialRecoveries: (key: string, work: () => Promise<Recovery>) => Promise<Recovery>;
  /** Called in the transaction in which a connection becomes verified, for the first time or after a failure. */
  onConnected: (
    database: Database,
    connected: { actor: Actor; tenantId: string; connectionId: string },
  ) => Promise<void>;
  /** Called in the transaction in which events get their positions in the feed. */
  onEventsPublished: (database: Database, events: readonly PublishedEvent[]) => Promise<void>;
  webhookSender: WebhookSender;
  /** Base URL of links to this server, without a slash at the end. */
  baseUrl: () => string;
  /** URL of the AWS emulator in sandbox mode, otherwise null. */
  emulatorUrl: string | null;
  /** Links that sign in to the sandbox's console and were not opened yet: the hash of each secret, and when it expires. */
  sandboxLinks: Map<string, Date>;
  auditSigner: CheckpointSigner;
  /** Appends the body of an audit event. Resolves when it is durable. */
  auditLog: (body: string) => Promise<void>;
  /** Counts credentials that a worker gets again; null: each time is an audit event. */
  repeats: RepeatCounter<HandOut> | null;
}

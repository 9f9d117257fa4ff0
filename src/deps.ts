import type { KeyLookup } from './access/key-lookup.ts';
import type { CheckpointSigner } from './audit/checkpoint-signer.ts';
import type { Sts } from './aws/sts.ts';
import type { Config } from './config/config.ts';
import type { ConnectionLookup } from './credentials/connection-lookup.ts';
import type { CredentialCache } from './credentials/credential-cache.ts';
import type { DenialOutcome } from './credentials/credentials.ts';
import type { Database } from './database/database.ts';
import type { Actor } from './identity/principal.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { TokenRevocationLookup } from './worker-identities/revocations/lookup.ts';
import type { TokenIssuer } from './worker-identities/token-issuers.ts';

/** Everything that operations are given; each takes the few it needs by `Pick<Deps, …>`. Composed in compose.ts. */
export interface Deps {
  config: Config;
  database: Database;
  sts: Sts;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  keys: KeyLookup;
  /** The issuers whose tokens workers may present instead of a key, by their URL; none unless configured. */
  tokenIssuers: ReadonlyMap<string, TokenIssuer>;
  /** Whether a genuine token was taken back. */
  isTokenRevoked: TokenRevocationLookup;
  connectionLookup: ConnectionLookup;
  credentialCache: CredentialCache;
  /** Follows up on AWS's denials, one at a time for each connection and ID; none that began before the denial. */
  denials: (key: string, work: () => Promise<DenialOutcome>) => Promise<DenialOutcome>;
  /** Called in the transaction that records a connection as verified for the first time, or again after a failure. */
  onConnected: (database: Database, actor: Actor) => Promise<void>;
  /** The base of links to this server, without a slash at the end. */
  baseUrl: () => string;
  /** Where the local AWS of the sandbox listens; null when AWS is AWS. */
  emulatorUrl: string | null;
  /** Signs audit checkpoints. */
  auditSigner: CheckpointSigner;
  /** Appends the body of an audit event; resolves when it is durable. */
  auditLog: (body: string) => Promise<void>;
}

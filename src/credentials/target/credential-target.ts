import type { StoredKey } from '../../access/key-lookup.ts';
import type { ConnectionStatus } from '../../connections/connection.ts';
import type { TenantStatus } from '../../tenants/tenant.ts';

/** The current database state that decides whether, and for which role, credentials may be issued. */
export interface CredentialTarget {
  tenantId: string;
  tenantStatus: TenantStatus;
  /** The vendor's own name for the tenant, or null. */
  tenantReference: string | null;
  connectionId: string;
  connectionStatus: ConnectionStatus;
  roleArn: string;
  accountId: string;
  partition: string;
  /** The tenant's own external ID that this role was last verified with; null: never verified, or retired since. */
  verifiedExternalId: { id: bigint; value: string } | null;
  /** The requested access profile or, if none was requested, the connection's own; null: it does not exist. */
  profile: SessionProfile | null;
}

/** The part of an access profile that limits a worker's session. */
export interface SessionProfile {
  name: string;
  sessionPolicy: string | null;
  sessionPolicyArns: string[];
  maxDurationSeconds: number;
  sessionTags: boolean;
  sourceIdentity: boolean;
}

/** What one statement reads for a request of an API key that names no profile. */
export interface KeyAndTarget {
  key: StoredKey | null;
  target: CredentialTarget | null;
}

export interface KeyAndTargetRequest {
  hash: Buffer;
  tenantId: string;
  connectionId: string;
}

export interface CredentialTargetRequest {
  tenantId: string;
  connectionId: string;
  /** null: the connection's own profile. */
  profile: string | null;
}

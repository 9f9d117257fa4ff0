import type { Connection, ConnectionStatus } from '../../connections/connection.ts';

/** A connection in a list of all tenants' connections, which says whose it is. */
export interface FleetConnection extends Connection {
  tenant: { id: string; name: string; reference: string | null };
}

export interface ConnectionFilter {
  status?: ConnectionStatus | undefined;
  tenantId?: string | undefined;
  accountId?: string | undefined;
  /** Compared without regard to case, as IAM does with the names of roles. */
  roleArn?: string | undefined;
  /** A role of the account by its name, whatever its path. */
  roleName?: string | undefined;
  profile?: string | undefined;
  partition?: string | undefined;
  legacy?: boolean | undefined;
  verifiedBefore?: Date | undefined;
}

/** Where a page ends. The time is set in lists that are ordered by the last verification. */
export interface ConnectionPosition {
  id: string;
  lastCheckedAt: Date | null;
}

const POSITION_PATTERN = /^(?:([0-9a-z]{1,11})\.)?(connection_[0-7][0-9a-hjkmnp-tv-z]{25})$/;

/** As short as it can be: a cursor has at most 64 characters. */
export function encodePosition({ id, lastCheckedAt }: ConnectionPosition): string {
  const time = lastCheckedAt === null ? '' : `${lastCheckedAt.getTime().toString(36)}.`;
  return Buffer.from(`${time}${id}`).toString('base64url');
}

/** null: the text is not a cursor of a list in this order. */
export function decodePosition(cursor: string, isByVerification: boolean): ConnectionPosition | null {
  const [, time, id] = POSITION_PATTERN.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const lastCheckedAt = time === undefined ? null : new Date(Number.parseInt(time, 36));
  if (id === undefined || (lastCheckedAt !== null) !== isByVerification) return null;
  return Number.isNaN(lastCheckedAt?.getTime() ?? 0) ? null : { id, lastCheckedAt };
}

import { createHash, randomBytes } from 'node:crypto';
import type { TenantStatus } from '../tenants/tenant.ts';

/** For how long a link can be opened. */
export const LINK_LIFETIME_SECONDS = { min: 300, max: 604_800, default: 86_400 };

export type LinkStatus = 'unopened' | 'opened' | 'used' | 'expired' | 'revoked';

/** A link that the vendor sends to a customer. Its secret is in the URL and nowhere else. */
export interface ConnectLink {
  id: string;
  tenantId: string;
  /** The vendor's link whose page this link was created from, for a colleague; null for a link of the vendor. */
  parentId: string | null;
  returnUrl: string | null;
  /** The vendor's page on which a customer whose link has ended gets a new one. */
  renewUrl: string | null;
  profile: string | null;
  createdAt: Date;
  expiresAt: Date;
  openedAt: Date | null;
  /** The time at which the first role was connected through this link. */
  usedAt: Date | null;
  revokedAt: Date | null;
}

export interface LinkWithTenant extends ConnectLink {
  tenant: { name: string; status: TenantStatus };
}

/** 256 random bits in hex: mail programs cut URLs at punctuation, and hex has none. */
export function newSecret(): string {
  return `csl_${randomBytes(32).toString('hex')}`;
}

/**
 * The hash is stored and looked up in place of the secret. An index lookup does not take constant time, but with 256
 * random bits its duration tells an attacker nothing useful.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Revoked and used precede expired, since they name the action that ended the link. */
export function linkStatusOf(link: ConnectLink, now: Date): LinkStatus {
  if (link.revokedAt !== null) return 'revoked';
  if (link.usedAt !== null) return 'used';
  if (isLinkExpired(link, now)) return 'expired';
  return link.openedAt === null ? 'unopened' : 'opened';
}

export function isLinkExpired(link: ConnectLink, now: Date): boolean {
  return link.expiresAt <= now;
}

/** The link in the API's format, without its secret. */
export function toLinkBody(link: ConnectLink, now: Date) {
  return {
    id: link.id,
    status: linkStatusOf(link, now),
    parentId: link.parentId,
    returnUrl: link.returnUrl,
    renewUrl: link.renewUrl,
    profile: link.profile,
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    openedAt: link.openedAt?.toISOString() ?? null,
    usedAt: link.usedAt?.toISOString() ?? null,
    revokedAt: link.revokedAt?.toISOString() ?? null,
  };
}

import { createHash, randomBytes } from 'node:crypto';
import type { TenantStatus } from '../tenants/tenant.ts';

/** How long a link may be opened, in seconds. */
export const LINK_SECONDS = { least: 300, most: 604_800, byDefault: 86_400 };

export type LinkStatus = 'unopened' | 'opened' | 'used' | 'expired' | 'revoked';

/** A link that the vendor sends to a customer; its secret is in the URL alone. */
export interface ConnectLink {
  id: string;
  tenantId: string;
  /** The vendor's link from whose page this one was made for a colleague; null for a link of the vendor's own. */
  parentId: string | null;
  returnUrl: string | null;
  profile: string | null;
  createdAt: Date;
  expiresAt: Date;
  openedAt: Date | null;
  /** When a role was connected through it for the first time. */
  usedAt: Date | null;
  revokedAt: Date | null;
}

/** Who opened a link: the link, and the tenant it is for. */
export interface LinkOfTenant extends ConnectLink {
  tenant: { name: string; status: TenantStatus };
}

/** 256 random bits, in hex: a mail program that cuts a URL at its last sign of punctuation finds none. */
export function newSecret(): string {
  return `csl_${randomBytes(32).toString('hex')}`;
}

/** What is stored in place of a secret, and looked up: with 256 random bits no timing tells how near a guess was. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** What ended a link says more than that it was opened; of two ends the one that somebody brought about. */
export function statusOf(link: ConnectLink, now: Date): LinkStatus {
  if (link.revokedAt !== null) return 'revoked';
  if (link.usedAt !== null) return 'used';
  if (link.expiresAt <= now) return 'expired';
  return link.openedAt === null ? 'unopened' : 'opened';
}

/** The link as the API shows it: never its secret. */
export function toLinkBody(link: ConnectLink, now: Date) {
  return {
    id: link.id,
    status: statusOf(link, now),
    parentId: link.parentId,
    returnUrl: link.returnUrl,
    profile: link.profile,
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    openedAt: link.openedAt?.toISOString() ?? null,
    usedAt: link.usedAt?.toISOString() ?? null,
    revokedAt: link.revokedAt?.toISOString() ?? null,
  };
}

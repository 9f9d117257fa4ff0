/** Rejects tokens that are otherwise valid, from the next request on. */
export interface TokenRevocation {
  id: string;
  /** The name of the worker identity. */
  identity: string;
  /** null revokes the tokens of every subject. */
  subject: string | null;
  /** Revokes only tokens that were issued before this time; null revokes all, including later ones. */
  issuedBefore: Date | null;
  createdAt: Date;
}

/** A token whose signature and claims were verified. */
export interface VerifiedToken {
  /** The name of the worker identity that it matches. */
  identity: string;
  subject: string;
  issuedAt: Date;
}

/** Returns the revocation as the API shows it. */
export function toRevocationBody({ issuedBefore, createdAt, ...revocation }: TokenRevocation) {
  return {
    ...revocation,
    issuedBefore: issuedBefore?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

/** Returns the `detail` of the audit events `tokens.revoked` and `tokens.restored`. */
export function toAuditDetail({ id, identity, subject, issuedBefore }: TokenRevocation) {
  return { revocationId: id, identity, subject, issuedBefore: issuedBefore?.toISOString() ?? null };
}

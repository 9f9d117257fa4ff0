/** Which genuine tokens are refused, from the next request on. */
export interface TokenRevocation {
  id: string;
  /** The name of the worker identity. */
  identity: string;
  /** null: of every subject. */
  subject: string | null;
  /** Those alone that were issued before this; null: all, later ones too. */
  issuedBefore: Date | null;
  createdAt: Date;
}

/** The revocation as the API shows it. */
export function toRevocationBody({ issuedBefore, createdAt, ...revocation }: TokenRevocation) {
  return {
    ...revocation,
    issuedBefore: issuedBefore?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}

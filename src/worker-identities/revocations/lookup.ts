import type { Database } from '../../database/database.ts';
import { batched } from '../../lib/batch.ts';

/** A genuine token: the worker identity that it was admitted as, its subject, and when its issuer says it was issued. */
export interface PresentedToken {
  identity: string;
  subject: string;
  issuedAt: Date;
}

/** Read for each request that comes with a token; those in flight together share one statement. */
export type TokenRevocationLookup = (token: PresentedToken) => Promise<boolean>;

const FIND_REVOKED = `SELECT wanted.n
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS wanted (identity, subject, issued_at, n)
  WHERE EXISTS (SELECT FROM public.token_revocations r WHERE r.identity = wanted.identity
    AND (r.subject IS NULL OR r.subject = wanted.subject)
    AND (r.issued_before IS NULL OR wanted.issued_at < r.issued_before))`;

export function tokenRevocationLookup(database: Database): TokenRevocationLookup {
  return batched(async (tokens: PresentedToken[]) => {
    const rows = await database.run<{ n: string }>({
      name: 'find_token_revocations',
      text: FIND_REVOKED,
      values: [
        tokens.map(({ identity }) => identity),
        tokens.map(({ subject }) => subject),
        tokens.map(({ issuedAt }) => issuedAt.toISOString()),
      ],
    });
    const revoked = new Set(rows.map(({ n }) => Number(n)));
    return tokens.map((_, i) => revoked.has(i + 1));
  });
}

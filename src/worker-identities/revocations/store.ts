import type { Database } from '../../database/database.ts';
import type { TokenRevocation, VerifiedToken } from './token-revocation.ts';

export async function insertRevocation(database: Database, revocation: TokenRevocation): Promise<void> {
  await database.prisma.tokenRevocation.create({ data: revocation });
}

export async function listRevocations(
  database: Database,
  after: string | null,
  limit: number,
): Promise<TokenRevocation[]> {
  return database.prisma.tokenRevocation.findMany({
    where: after === null ? {} : { id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
}

/** Deletes a revocation and returns it. Of several concurrent calls only one returns it, the others null. */
export async function deleteRevocation(database: Database, id: string): Promise<TokenRevocation | null> {
  const existing = await database.prisma.tokenRevocation.findUnique({ where: { id } });
  const { count } = await database.prisma.tokenRevocation.deleteMany({ where: { id } });
  return count === 1 ? existing : null;
}

const FIND_REVOKED_TOKENS = `SELECT token.n
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS token (identity, subject, issued_at, n)
  WHERE EXISTS (SELECT FROM public.token_revocations r WHERE r.identity = token.identity
    AND (r.subject IS NULL OR r.subject = token.subject)
    AND (r.issued_before IS NULL OR token.issued_at < r.issued_before))`;

/** Returns for each token, in the given order, whether any revocation applies to it. */
export async function areTokensRevoked(database: Database, tokens: VerifiedToken[]): Promise<boolean[]> {
  const rows = await database.query<{ n: string }>({
    name: 'find_revoked_tokens',
    text: FIND_REVOKED_TOKENS,
    values: [
      tokens.map(({ identity }) => identity),
      tokens.map(({ subject }) => subject),
      tokens.map(({ issuedAt }) => issuedAt.toISOString()),
    ],
  });
  const revoked = new Set(rows.map(({ n }) => Number(n)));
  return tokens.map((_, index) => revoked.has(index + 1));
}

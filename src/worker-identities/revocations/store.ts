import type { Database } from '../../database/database.ts';
import type { TokenRevocation } from './token-revocation.ts';

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

/** Takes a revocation away; of several who do at the same time one is told which it was. */
export async function deleteRevocation(database: Database, id: string): Promise<TokenRevocation | null> {
  const found = await database.prisma.tokenRevocation.findUnique({ where: { id } });
  const { count } = await database.prisma.tokenRevocation.deleteMany({ where: { id } });
  return count === 1 ? found : null;
}

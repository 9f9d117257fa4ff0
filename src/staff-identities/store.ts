import type { Database } from '../database/database.ts';

/** Marks a sign-in as used. False: it was used before. */
export async function markSignInUsed(database: Database, stateHash: Buffer, now: Date): Promise<boolean> {
  const { count } = await database.prisma.usedSignIn.createMany({
    data: [{ stateHash: new Uint8Array(stateHash), usedAt: now }],
    skipDuplicates: true,
  });
  return count === 1;
}

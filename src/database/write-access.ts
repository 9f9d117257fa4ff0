import { withClient } from './with-client.ts';

interface WriteAccess {
  /** A standby that replays the log of another server. */
  isStandby: boolean;
  /** Whether transactions are read-only by default, for the server, the database or the user. */
  isReadOnly: boolean;
}

/** Returns why the server accepts no write, and what to do. */
export function findWriteProblem({
  isStandby,
  isReadOnly,
}: WriteAccess): { problem: string; fix: string } | null {
  if (isStandby)
    return {
      problem: 'the server is a standby, which accepts no write',
      fix: 'Set DATABASE_URL to the primary: with a managed service, to the writer endpoint instead of the reader endpoint.',
    };
  if (isReadOnly)
    return {
      problem: 'transactions are read-only by default (default_transaction_read_only is on)',
      fix: 'Turn default_transaction_read_only off for the database and for the users of Countersign. A managed service may turn it on when the disk is full.',
    };
  return null;
}

/** Stops startup with instructions when the server accepts no write. */
export async function assertWritable(url: string): Promise<void> {
  const found = await withClient(url, async (client) => {
    const { rows } = await client.query<WriteAccess>(
      `SELECT pg_is_in_recovery() AS "isStandby", current_setting('default_transaction_read_only') = 'on' AS "isReadOnly"`,
    );
    return rows[0] ? findWriteProblem(rows[0]) : null;
  });
  if (found !== null) throw new Error(`The database cannot be used: ${found.problem}. ${found.fix}`);
}

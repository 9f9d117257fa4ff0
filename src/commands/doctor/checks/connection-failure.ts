import { hasErrorCode } from '../../../lib/error-code.ts';

/** Codes of Node.js and PostgreSQL, and texts of the driver, with the next step for each. */
const FIXES: readonly [test: RegExp, fix: string][] = [
  [/ECONNREFUSED/, 'Start PostgreSQL there, or correct host and port in DATABASE_URL.'],
  [
    /ENOTFOUND|EAI_AGAIN/,
    'Correct the host name in DATABASE_URL, or make its name resolvable on this machine.',
  ],
  [/28P01|28000/, 'Correct user and password in DATABASE_URL, or the rules of pg_hba.conf.'],
  [/3D000/, 'Create the database, or correct its name in DATABASE_URL.'],
  [
    /53300/,
    'End other connections, raise max_connections of the server, or lower COUNTERSIGN_DATABASE_POOL_SIZE.',
  ],
  [/57P03/, 'Wait until the server has started, then try again.'],
  [
    /timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i,
    'Check the route and the firewall (security group) between this machine and the database, and whether the server hangs.',
  ],
  [/SSL|certificate|CERT|encryption/i, 'Correct sslmode (and sslrootcert) in DATABASE_URL.'],
];

/** Returns message and fix for a database that could not be reached. */
export function explainConnectionFailure(error: unknown, text: string, host: string): [string, string] {
  const codes = [error, ...((error as AggregateError | null)?.errors ?? [])].map((one) =>
    String((one as { code?: unknown } | null)?.code ?? ''),
  );
  const searched = `${codes.join(' ')} ${text}`;
  const fix = FIXES.find(([test]) => test.test(searched))?.[1] ?? 'Correct DATABASE_URL.';
  const reason = text || codes.find(Boolean) || 'no reason given';
  const hint = hasErrorCode(error, '28000') && /encryption/.test(text) ? ' Add sslmode=require.' : '';
  return [`PostgreSQL at ${host} cannot be used: ${reason}`, fix + hint];
}

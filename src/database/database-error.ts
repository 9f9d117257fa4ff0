interface ErrorFields {
  code?: unknown;
  kind?: unknown;
  originalCode?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
}

const MAX_CAUSES = 6;

/** Yields an error and its causes. Prisma puts the driver's error into `meta.driverAdapterError`. */
function* errorChain(error: unknown): Generator<ErrorFields> {
  let current = error;
  for (let depth = 0; current && typeof current === 'object' && depth < MAX_CAUSES; depth++) {
    const fields: ErrorFields = current;
    yield fields;
    current = fields.cause ?? fields.meta?.driverAdapterError;
  }
}

/** Returns the SQLSTATE of an error from Prisma or the driver, or null (PostgreSQL, appendix "Error Codes"). */
export function sqlState(error: unknown): string | null {
  for (const { code, originalCode } of errorChain(error)) {
    if (typeof originalCode === 'string') return originalCode;
    // Prisma's own codes, such as P2002, have the same length as an SQLSTATE.
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code)) return code;
  }
  return null;
}

/** Prisma reports a violated unique constraint as P2002, and in raw statements as the SQLSTATE. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown })?.code === 'P2002' || sqlState(error) === '23505';
}

/** Why a statement failed that may succeed later. The labels of a metric. */
export type UnavailableReason =
  | 'unreachable'
  | 'timeout'
  | 'read_only'
  | 'too_many_connections'
  | 'out_of_resources'
  | 'shutting_down'
  | 'login_rejected'
  | 'storage_failed'
  | 'conflict';

/** By SQLSTATE, or by its class: the first two characters. */
const REASON_OF_STATE: Readonly<Record<string, UnavailableReason>> = {
  '08': 'unreachable',
  // A standby after a failover, or default_transaction_read_only.
  '25006': 'read_only',
  '25P03': 'timeout',
  '25P04': 'timeout',
  // The prepared statements of a server connection are gone after a pooler has replaced it.
  '26000': 'unreachable',
  '28': 'login_rejected',
  '3D000': 'login_rejected',
  // Deadlocks and serialization failures.
  '40': 'conflict',
  '53': 'out_of_resources',
  '53300': 'too_many_connections',
  '55P03': 'conflict',
  '57': 'shutting_down',
  '57014': 'timeout',
  '58': 'storage_failed',
};

/** Prisma's codes for what its adapter found out without an answer of the server. */
const REASON_OF_CODE: Readonly<Record<string, UnavailableReason>> = {
  P1000: 'login_rejected',
  P1001: 'unreachable',
  P1002: 'timeout',
  P1003: 'login_rejected',
  P1008: 'timeout',
  P1010: 'login_rejected',
  P1011: 'unreachable',
  P1017: 'unreachable',
  P2024: 'timeout',
  P2028: 'timeout',
  P2034: 'conflict',
  P2037: 'too_many_connections',
};

/** What Prisma's adapter makes of an error of the socket in a raw statement, for which Prisma has the code P2010 alone. */
const REASON_OF_KIND: Readonly<Record<string, UnavailableReason>> = {
  ConnectionClosed: 'unreachable',
  DatabaseNotReachable: 'unreachable',
  SocketTimeout: 'timeout',
  TlsConnectionError: 'unreachable',
};

/** Errors of database connections. Nothing in ECONNREFUSED itself says that it is not from a call to AWS. */
const connectionErrors = new WeakSet<object>();

/** Marks an error that a database connection, or the attempt to open one, ended with. */
export function markConnectionError(error: object): void {
  connectionErrors.add(error);
}

/** The driver's message for a statement on a connection that was lost before. */
const LOST_CONNECTION = /is not queryable|connection terminated/i;

function connectionReason({ code, message }: ErrorFields): UnavailableReason {
  return code === 'ETIMEDOUT' || /timeout/i.test(String(message)) ? 'timeout' : 'unreachable';
}

/** Returns why the database cannot do its work at present; null if the error has another cause, such as a mistake of ours. */
export function unavailableReason(error: unknown): UnavailableReason | null {
  const state = sqlState(error);
  const byState = state && (REASON_OF_STATE[state] ?? REASON_OF_STATE[state.slice(0, 2)]);
  if (byState) return byState;
  for (const fields of errorChain(error)) {
    const { code, kind, message } = fields;
    const byCode =
      (typeof code === 'string' && REASON_OF_CODE[code]) ||
      (typeof kind === 'string' && REASON_OF_KIND[kind]);
    if (byCode) return byCode;
    if (connectionErrors.has(fields)) return connectionReason(fields);
    if (typeof message === 'string' && LOST_CONNECTION.test(message)) return 'unreachable';
  }
  return null;
}

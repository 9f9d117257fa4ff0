interface ErrorFields {
  code?: unknown;
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

/** Prisma's codes for a database that is unreachable, has no free connection, or took too long. */
const UNAVAILABLE_PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const UNAVAILABLE_NODE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT']);
const UNAVAILABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|Can't reach database/i;

/** Reports whether the database is unreachable or overloaded, so that the same request may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  // Classes: 08 connection, 53 resources, 57 shutdown or cancel, 40 rolled back and retryable. 55P03: lock timeout.
  if (state !== null && /^(08|53|57|55P03|40)/.test(state)) return true;
  for (const { code, message } of errorChain(error)) {
    if (typeof code === 'string' && (UNAVAILABLE_PRISMA.has(code) || UNAVAILABLE_NODE.has(code))) return true;
    if (typeof message === 'string' && UNAVAILABLE_MESSAGE.test(message)) return true;
  }
  return false;
}

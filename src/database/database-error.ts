/** The SQLSTATE behind an error of Prisma or of the driver, or null (PostgreSQL, appendix "Error Codes"). */
export function sqlState(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at && typeof at === 'object' && depth < 6; depth++) {
    const { code, originalCode, cause, meta } = at as Record<string, unknown>;
    if (typeof originalCode === 'string') return originalCode;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code)) return code;
    at = cause ?? (meta as Record<string, unknown> | undefined)?.driverAdapterError;
  }
  return null;
}

/** Prisma answers a violated unique constraint as P2002, or in raw statements as the SQLSTATE. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown })?.code === 'P2002' || sqlState(error) === '23505';
}

/** Codes of Prisma for a database that cannot be reached, has no connection left, or took too long. */
const UNAVAILABLE_PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const UNAVAILABLE_NODE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT']);

/** Whether the database is away or overloaded, so that the same request may work later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  // 08: connection; 53: resources; 57: stopped or cancelled; 55P03: lock not available; 40: rolled back, try again.
  if (state !== null && /^(08|53|57|55P03|40)/.test(state)) return true;
  for (let at: unknown = error, depth = 0; at && typeof at === 'object' && depth < 6; depth++) {
    const { code, message, cause, meta } = at as Record<string, unknown>;
    if (typeof code === 'string' && (UNAVAILABLE_PRISMA.has(code) || UNAVAILABLE_NODE.has(code))) return true;
    if (
      typeof message === 'string' &&
      /connection terminated|timeout exceeded when trying to connect|Can't reach database/i.test(message)
    ) {
      return true;
    }
    at = cause ?? (meta as Record<string, unknown> | undefined)?.driverAdapterError;
  }
  return false;
}

/** Reports whether an error has one of these codes, such as `ENOENT` of Node.js or an SQLSTATE of PostgreSQL. */
export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

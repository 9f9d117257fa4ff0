/** Checks only the outline of a permissions policy, because the emulator does not evaluate permissions. */
export function isPolicyDocument(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return (
      typeof document === 'object' &&
      document !== null &&
      'Statement' in document &&
      typeof document.Statement === 'object'
    );
  } catch {
    return false;
  }
}

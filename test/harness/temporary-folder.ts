import { chmodSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';

/**
 * Creates a folder that is deleted at the end of the test run. A test file may call it while it is loaded: the folder
 * goes even when every test of the file is filtered out, and no `afterAll` runs.
 */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(inject('scratchFolder'), `${name}-`));
  // The system user that runs an embedded PostgreSQL must be able to enter it.
  chmodSync(folder, 0o711);
  return folder;
}

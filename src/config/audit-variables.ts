import { z } from 'zod';
import { wholeNumber } from './value-types.ts';

/** The variables of the audit log. */
export const AUDIT = {
  COUNTERSIGN_AUDIT_SIGNING_KEY_FILE: z
    .string()
    .optional()
    .describe(
      'Path of the Ed25519 private key (PEM) that signs audit checkpoints. Unset: a key is generated and stored in `COUNTERSIGN_DATA_DIR`.',
    ),
  COUNTERSIGN_AUDIT_REPEATS: z
    .enum(['each', 'summarized'])
    .default('each')
    .describe(
      'Whether handing the same session to the same worker again is an audit event of its own (`each`), or is counted and recorded once a minute (`summarized`). With `summarized`, a crash can lose such a count, never who holds a session: see docs/security-model.md.',
    ),
  COUNTERSIGN_AUDIT_RETENTION_MONTHS: wholeNumber(1, 1200)
    .optional()
    .describe(
      'For how many months audit events stay in the database. `countersign audit archive` moves older months to files; nothing else removes them. Unset: for ever.',
    ),
};

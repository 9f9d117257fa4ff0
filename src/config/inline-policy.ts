import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Reads the inline policy of the setup kit's role at startup. An error is added to `problems`. */
export function readInlinePolicy(
  file: string | undefined,
  problems: string[],
): Record<string, unknown> | null {
  if (file === undefined) return null;
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    problems.push(
      `COUNTERSIGN_INLINE_POLICY_FILE must name a file with a JSON policy: ${error instanceof Error ? error.message : error}`,
    );
    return null;
  }
}

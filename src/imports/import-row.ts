import { z } from 'zod';
import type { VendorAccounts } from '../connections/connection.ts';
import { registerConnectionRequest } from '../connections/request-schemas.ts';
import { validateRoleArn } from '../connections/role-input.ts';
import { Problem, type ProblemCode } from '../http/problem.ts';
import { name } from '../http/schemas.ts';
import { reference } from '../tenants/reference.ts';

export const importRow = z.strictObject({
  reference: reference
    .trim()
    .min(1, 'must not be empty')
    .meta(reference.meta() ?? {}),
  name,
  roleArn: registerConnectionRequest.shape.roleArn,
});

export type ImportRow = z.infer<typeof importRow>;

export interface RowError {
  code: ProblemCode;
  /** What is wrong with the row, and what to do about it. */
  detail: string;
}

/** @returns the row, or why it cannot be imported; the text repeats no value of the row, except for parts of its ARN */
export function validateRow(row: unknown, vendor: VendorAccounts): ImportRow | RowError {
  const parsed = importRow.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(describeIssue);
    return {
      code: 'validation_failed',
      detail: `${problems.join('; ')}. Correct this row and send it again.`,
    };
  }
  try {
    validateRoleArn(parsed.data.roleArn, vendor);
    return parsed.data;
  } catch (error) {
    return toRowError(error);
  }
}

/** @throws the error itself unless it is the caller's: trouble of the service ends the import, which can be sent again */
export function toRowError(error: unknown): RowError {
  if (!(error instanceof Problem) || error.status >= 500) throw error;
  return { code: error.code, detail: error.detail };
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return 'has more than reference, name and roleArn (in CSV, put quotes around a value that contains the separator)';
  const path = issue.path.join('.');
  if (path === '') return 'must be an object with reference, name and roleArn';
  if (issue.code === 'invalid_type')
    return `${path} ${issue.input === undefined ? 'is missing' : 'must be a text'}`;
  return `${path} ${issue.message}`;
}

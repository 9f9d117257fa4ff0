import { z } from 'zod';

/** An IAM policy document in a request or response. */
export const policyDocument = z
  .record(z.string(), z.unknown())
  .meta({ id: 'PolicyDocument', description: 'An IAM policy document.' });

/** The name of an IAM role (IAM API reference, CreateRole). */
export const roleName = z
  .string()
  .regex(/^[A-Za-z0-9_+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters');

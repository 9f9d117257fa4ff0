import { z } from 'zod';

/** An IAM policy document in a request or response. */
export const policyDocument = z
  .record(z.string(), z.unknown())
  .meta({ id: 'PolicyDocument', description: 'An IAM policy document.' });

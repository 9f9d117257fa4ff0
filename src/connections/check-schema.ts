import { z } from 'zod';
import { PROBES } from './verification.ts';

/** What AWS, or our own evaluator, answers to one question. */
export const observed = z.enum(['allowed', 'denied', 'unknown']);

/** One probe and its answer, as the API shows it. */
export const check = z.object({
  probe: z.enum(PROBES),
  expected: z.enum(['allowed', 'denied']),
  observed: observed.meta({
    description: 'unknown: AWS gave no answer, or the probe was not made.',
  }),
});

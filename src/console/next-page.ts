import { z } from 'zod';

/** The page to show after signing in, below the console's own path: it cannot lead to another site. */
export const nextPage = z
  .string()
  .max(2000)
  .regex(/^([/?][\x21-\x7e]*)?$/)
  .catch('')
  .default('');

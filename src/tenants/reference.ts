import { z } from 'zod';
import { PATTERNS } from '../http/schemas.ts';

export const reference = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters or fewer')
  .meta({ ...PATTERNS.text, description: "The vendor's own ID of this customer, unique among all tenants." });

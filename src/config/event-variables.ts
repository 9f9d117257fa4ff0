import { z } from 'zod';
import { isPrivateHost } from '../webhooks/destination/private-hosts.ts';
import { list, wholeNumber } from './value-types.ts';

/** The variables of events and webhooks. */
export const EVENTS = {
  COUNTERSIGN_EVENT_RETENTION_DAYS: wholeNumber(7, 3650)
    .default(90)
    .describe('For how many days events and their deliveries to webhooks are kept.'),
  COUNTERSIGN_WEBHOOK_PRIVATE_HOSTS: list
    .pipe(z.array(z.string().refine(isPrivateHost, 'must be host names, IP addresses or CIDR blocks')))
    .default([])
    .describe(
      "Destinations of webhooks inside the vendor's own network, separated by commas: host names, IP addresses or CIDR blocks. All other webhooks need https and a public address. http is allowed for these alone. Unset: none; in the sandbox, loopback.",
    ),
  COUNTERSIGN_WEBHOOK_SECRETS_KEY: z
    .string()
    .min(32, 'must have 32 characters or more')
    .max(512)
    .optional()
    .describe(
      "Encrypts the webhooks' signing secrets in the database, so that no backup reveals them: 32 to 512 random characters, the same on every replica. Unset: only the database's privileges protect them.",
    ),
};

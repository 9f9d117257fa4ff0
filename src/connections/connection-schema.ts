import { z } from 'zod';
import { connectionId, tenantId, timestamp } from '../http/schemas.ts';
import { check, observed } from './check-schema.ts';

export const verification = z
  .object({
    outcome: z.enum(['verified', 'external_id_not_enforced', 'not_assumable', 'inconclusive']),
    checkedAt: timestamp,
    checks: z.array(check),
    profileCheck: z
      .object({
        profile: z.string(),
        sessionTags: observed.nullable(),
        sourceIdentity: observed.nullable(),
      })
      .optional()
      .meta({
        description:
          'Whether the role also admits what the access profile marks sessions with; null: the profile does not. Denied, credentials of this profile are refused until the role is updated.',
      }),
    explanation: z.string(),
    nextSteps: z.array(z.string()),
    retryAfterSeconds: z.number().int().optional(),
  })
  .meta({ id: 'Verification' });

export const connection = z
  .object({
    id: connectionId,
    tenantId,
    name: z.string().nullable(),
    roleArn: z.string(),
    accountId: z.string(),
    partition: z.string(),
    profile: z.string().nullable().meta({
      description:
        "The access profile that the role was made from; sessions are held to it when no other is named. null: the installation's own permissions.",
    }),
    status: z.enum(['pending', 'verified', 'insecure', 'unreachable', 'disabled']),
    lastVerification: verification.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Connection' });

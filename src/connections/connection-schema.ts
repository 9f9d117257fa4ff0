import { z } from 'zod';
import { connectionId, exampleId, tenantId, timestamp } from '../http/schemas.ts';
import { CONNECTION_STATUSES, STATUS_REASONS } from './connection.ts';
import { FAILURES, OBSERVATIONS, OUTCOMES, PROBES } from './verification.ts';

const observedSchema = z.enum(OBSERVATIONS).meta({ id: 'Observation' });

/** One probe with its expected and observed result; also for trust policy checks, where no call to AWS is made. */
export const checkSchema = z
  .object({
    probe: z.enum(PROBES),
    expected: z.enum(['allowed', 'denied']),
    observed: observedSchema.meta({
      description: 'unknown: AWS gave no clear answer, or the probe was not made.',
    }),
  })
  .meta({ id: 'ProbeCheck' });

const EXAMPLE_VERIFICATION = {
  outcome: 'verified',
  checkedAt: '2026-11-26T12:05:00.000Z',
  checks: PROBES.map((probe) => {
    const expected = probe === 'correct' ? 'allowed' : 'denied';
    return { probe, expected, observed: expected };
  }),
  explanation: 'The role allows the external ID of this tenant and denies all others.',
  nextSteps: [],
};

export const EXAMPLE_CONNECTION = {
  id: exampleId('connection'),
  tenantId: exampleId('tenant'),
  name: 'Production',
  roleArn: 'arn:aws:iam::111122223333:role/CountersignAccess',
  accountId: '111122223333',
  partition: 'aws',
  profile: null,
  status: 'verified',
  statusSince: '2026-11-26T12:05:00.000Z',
  statusReason: 'verified',
  nextVerificationAt: '2026-11-26T18:05:00.000Z',
  lastVerification: EXAMPLE_VERIFICATION,
  legacy: false,
  createdAt: '2026-11-26T12:00:00.000Z',
  updatedAt: '2026-11-26T12:05:00.000Z',
};

export const verificationSchema = z
  .object({
    outcome: z.enum(OUTCOMES),
    failure: z.enum(FAILURES).optional().meta({
      description:
        'Why an inconclusive verification has no outcome: trouble of the vendor or of AWS, which says nothing about the role.',
    }),
    checkedAt: timestamp,
    checks: z.array(checkSchema),
    profileCheck: z
      .object({
        profile: z.string(),
        sessionTags: observedSchema.nullable(),
        sourceIdentity: observedSchema.nullable(),
      })
      .meta({ id: 'ProfileCheck' })
      .optional()
      .meta({
        description:
          'Whether the role allows the session tags and the source identity of the access profile; null: the profile does not use them. If one is denied, no credentials are issued with this profile until the role is updated.',
      }),
    explanation: z.string(),
    nextSteps: z.array(z.string()),
    retryAfterSeconds: z.number().int().optional(),
  })
  .meta({
    id: 'Verification',
    description: 'The result of a verification.',
    examples: [EXAMPLE_VERIFICATION],
  });

export const connectionStatus = z.enum(CONNECTION_STATUSES).meta({ id: 'ConnectionStatus' });

export const connectionSchema = z
  .object({
    id: connectionId,
    tenantId,
    name: z.string().nullable(),
    roleArn: z.string(),
    accountId: z.string(),
    partition: z.string(),
    profile: z.string().nullable().meta({
      description:
        "The access profile that the role was created for; it limits sessions for which no other is requested. null: the installation's own permissions.",
    }),
    status: connectionStatus,
    statusSince: timestamp,
    statusReason: z.enum(STATUS_REASONS).meta({
      description: 'The outcome of the verification that set the status, or the operation that did.',
    }),
    nextVerificationAt: timestamp.nullable().meta({
      description: 'When the connection is verified again by itself; null: it is disabled.',
    }),
    lastVerification: verificationSchema.nullable(),
    legacy: z.boolean().meta({
      description:
        'The role was imported and has never been verified: the customer still has to change its trust policy to the external ID issued by Countersign. false from the first successful verification on, for ever.',
    }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({
    id: 'Connection',
    description: 'An IAM role in a customer’s account, registered for one tenant.',
    examples: [EXAMPLE_CONNECTION],
  });

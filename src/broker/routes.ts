import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { problems, timestamp } from '../http/schemas.ts';
import type { Broker } from './broker.ts';

const broker = z
  .object({
    partition: z.string().meta({ description: 'AWS partition, such as aws or aws-us-gov.' }),
    accountId: z.string().meta({ description: "The vendor's account in this partition." }),
    region: z.string().meta({ description: 'The Region whose STS is called.' }),
    identityArn: z
      .string()
      .nullable()
      .meta({ description: 'As GetCallerIdentity names it; null until it was read.' }),
    identityType: z.enum(['role', 'user']).nullable(),
    brokerRoleArn: z.string().nullable().meta({
      description: 'The configured role, to which trust policies are narrowed; null: none is configured.',
    }),
    credentialSource: z.string().nullable().meta({
      description:
        'Where its credentials come from, in words, such as "environment variables"; null until they were looked up.',
    }),
    sessionAttributes: z.enum(['none', 'tags', 'source-identity', 'both']).meta({
      description: "What the broker's own session carries into every customer's role.",
    }),
    status: z.enum(['working', 'failing', 'unknown']),
    statusSince: timestamp,
    clockOffsetSeconds: z.number().nullable().meta({
      description: 'By how much the clock of AWS is ahead of ours, in seconds; null until STS has responded.',
    }),
    problem: z
      .object({
        code: z.enum(['assume_role_denied', 'canary_denied', 'no_credentials', 'wrong_identity']),
        detail: z.string(),
        nextSteps: z.array(z.string()),
      })
      .nullable(),
  })
  .meta({ id: 'Broker', description: 'The vendor identity that calls AssumeRole, as this replica sees it.' });

export function brokerRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/broker',
    config: { access: 'broker:read' },
    schema: {
      summary: 'Read the state of the broker in each partition, as this replica sees it',
      tags: ['Broker'],
      querystring: z.strictObject({}),
      response: { 200: z.object({ brokers: z.array(broker) }), ...problems },
    },
    handler: async () => ({ brokers: [...deps.brokers.values()].map(toBrokerBody) }),
  });
}

function toBrokerBody(broker: Broker) {
  const { settings, health, identity, identityProblem, credentialSource, clockOffsetMs } = broker;
  const { partition, accountId, region, brokerRoleArn, sessionAttributes } = settings;
  const { status, statusSince, problem } = health.state;
  const offsetMs = clockOffsetMs();
  return {
    partition,
    accountId,
    region,
    identityArn: identity?.arn ?? null,
    identityType: identity?.type ?? null,
    brokerRoleArn,
    credentialSource,
    sessionAttributes,
    status,
    statusSince: statusSince.toISOString(),
    clockOffsetSeconds: offsetMs === null ? null : offsetMs / 1000,
    problem: problem ?? (identityProblem === null ? null : describeIdentityProblem(identityProblem)),
  };
}

function describeIdentityProblem(detail: string) {
  return {
    code: 'wrong_identity' as const,
    detail,
    nextSteps: [
      "Correct the variable, or give the service the broker's credentials.",
      'Run countersign doctor.',
    ],
  };
}

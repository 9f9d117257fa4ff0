import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { timestamp } from '../http/schemas.ts';
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
    identityType: z
      .enum(['role', 'user'])
      .meta({ id: 'BrokerIdentityType' })
      .nullable()
      .meta({ description: 'null until the identity was read.' }),
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
      .meta({ id: 'BrokerProblem' })
      .nullable()
      .meta({ description: 'Why the broker is failing; null: it is not.' }),
  })
  .meta({ id: 'Broker', description: 'The vendor identity that calls AssumeRole, as this replica sees it.' });

const brokers = z.object({ brokers: z.array(broker) }).meta({
  id: 'Brokers',
  description: 'The broker of each partition, the main one first.',
  examples: [
    {
      brokers: [
        {
          partition: 'aws',
          accountId: '999988887777',
          region: 'eu-central-1',
          identityArn: 'arn:aws:sts::999988887777:assumed-role/CountersignBroker/pod-1',
          identityType: 'role',
          brokerRoleArn: 'arn:aws:iam::999988887777:role/CountersignBroker',
          credentialSource: 'environment variables',
          sessionAttributes: 'none',
          status: 'working',
          statusSince: '2026-11-26T12:00:00.000Z',
          clockOffsetSeconds: 0.1,
          problem: null,
        },
      ],
    },
  ],
});

export function brokerRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/broker',
    config: { access: 'broker:read' },
    schema: {
      operationId: 'getBroker',
      summary: 'Get the state of the broker in each partition',
      description: 'The vendor identity that calls AssumeRole, as this replica sees it.',
      tags: ['Broker'],
      querystring: z.strictObject({}),
      response: { 200: brokers },
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

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { sendProblem, toProblem } from '../http/error-handler.ts';
import { sameRequest } from '../http/idempotency.ts';
import type { ProblemCode } from '../http/problem.ts';
import { connectionId, problem, problems, profileName, tenantId, timestamp } from '../http/schemas.ts';
import { DURATION_SECONDS, SDK_PATIENCE_MS } from './credentials.ts';
import { issueCredentials } from './issue.ts';

const params = z.object({ tenantId, connectionId });
const tags = ['Credentials'];

const bounded = (number: z.ZodNumber | z.ZodCoercedNumber) =>
  number
    .int('must be a whole number')
    .min(DURATION_SECONDS.least, `must be ${DURATION_SECONDS.least} or more`)
    .max(DURATION_SECONDS.most, `must be ${DURATION_SECONDS.most} or less`)
    .meta({
      description: 'Length of the session, in seconds. Answered from the cache, less may be left of it.',
    })
    .optional();

/** In a query everything is text; in a body a number is a number, and `[900]` is none. */
const durationSeconds = {
  inBody: bounded(z.number({ error: 'must be a number' })),
  inQuery: bounded(z.coerce.number({ error: 'must be a number' })),
};

const profile = profileName.meta({
  description:
    "Access profile that narrows the session. Left out: the only one that the key is held to, or else the connection's own.",
});

const credentials = z
  .object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    expiresAt: timestamp,
    accountId: z.string(),
    roleArn: z.string(),
    sessionName: z
      .string()
      .meta({ description: 'What CloudTrail shows: IDs of tenant and worker, and a random end.' }),
  })
  .meta({ id: 'Credentials' });

const containerCredentials = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
    Expiration: timestamp,
    AccountId: z.string(),
  })
  .meta({ id: 'ContainerCredentials' });

const containerProblem = problem
  .extend({ Code: z.string(), Message: z.string() })
  .meta({ id: 'ContainerProblem' });

export function credentialRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/:connectionId/credentials',
    config: { access: 'credentials:issue' },
    schema: {
      summary: "Draw short-lived credentials of a tenant's connection",
      description:
        'For worker keys only. Role and external ID are looked up; no request can name them. With an Idempotency-Key the same request is answered from the cache, so with the same credentials while they live.',
      tags,
      params,
      body: z
        .strictObject({
          durationSeconds: durationSeconds.inBody,
          profile: profile.optional(),
          purpose: z
            .string()
            .min(1, 'must not be empty')
            .max(200, 'must have 200 characters or fewer')
            .optional()
            .meta({ description: 'Kept in the audit event.' }),
        })
        .nullish(),
      response: { 200: credentials, ...problems },
    },
    handler: async (request, reply) => {
      await sameRequest(deps, request);
      const issued = await issueCredentials(deps, {
        principal: principalOf(request),
        ...request.params,
        durationSeconds: request.body?.durationSeconds ?? null,
        profile: request.body?.profile ?? null,
        purpose: request.body?.purpose ?? null,
      });
      void reply.header('cache-control', 'no-store');
      return { ...issued, expiresAt: issued.expiresAt.toISOString() };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections/:connectionId/credentials/container',
    config: { access: 'credentials:issue', bareKey: true },
    errorHandler: containerError,
    schema: {
      summary: 'The same for AWS SDKs, through AWS_CONTAINER_CREDENTIALS_FULL_URI',
      tags,
      params,
      querystring: z.strictObject({ durationSeconds: durationSeconds.inQuery, profile: profile.optional() }),
      response: { 200: containerCredentials, '4xx': containerProblem, '5xx': containerProblem },
    },
    handler: async (request, reply) => {
      const issued = await issueCredentials(deps, {
        principal: principalOf(request),
        ...request.params,
        durationSeconds: request.query.durationSeconds ?? null,
        profile: request.query.profile ?? null,
        purpose: null,
        patienceMs: SDK_PATIENCE_MS,
      });
      void reply.header('cache-control', 'no-store');
      return {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        Token: issued.sessionToken,
        // Without milliseconds: some SDKs read no more than seconds.
        Expiration: `${issued.expiresAt.toISOString().slice(0, 19)}Z`,
        AccountId: issued.accountId,
      };
    },
  });
}

/** What to do, for who reads it in a worker's output and has no documentation at hand. */
const REMEDIES: Partial<Record<ProblemCode, string>> = {
  unauthorized: "AWS_CONTAINER_AUTHORIZATION_TOKEN holds a worker key, or a worker's token.",
  forbidden: 'Credentials are drawn with a key of role "worker".',
  not_found: 'Check the tenant and the connection in the URL, and which tenants this worker key is held to.',
};

/** The AWS CLI prints the body as it is, so what a person reads first comes first; the rest is the problem as everywhere. */
function containerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const found = toProblem(error);
  // All that they print: so it says what is wrong with the input, and does not refer to where that stands.
  const named = found.errors?.map(({ path, message }) => `${path} ${message}`).join('; ');
  const remedy = REMEDIES[found.code];
  return sendProblem(found, request, reply, {
    Code: found.code,
    Message: [named ?? found.detail, remedy].filter(Boolean).join(' '),
  });
}

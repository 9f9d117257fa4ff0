import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { sendProblem, toProblem } from '../http/error-handler.ts';
import { bindIdempotencyKey } from '../http/idempotency/idempotent.ts';
import type { ProblemCode } from '../http/problem.ts';
import { connectionId, problem, problems, profileName, tenantId, timestamp } from '../http/schemas.ts';
import { DURATION_SECONDS, SDK_MAX_WAIT_MS } from './credentials.ts';
import { issueCredentials } from './issue.ts';

const params = z.object({ tenantId, connectionId });
const tags = ['Credentials'];

const withinLimits = (number: z.ZodNumber | z.ZodCoercedNumber) =>
  number
    .int('must be a whole number')
    .min(DURATION_SECONDS.min, `must be ${DURATION_SECONDS.min} or more`)
    .max(DURATION_SECONDS.max, `must be ${DURATION_SECONDS.max} or less`)
    .meta({
      description: 'Duration of the session, in seconds. A cached session may have less time left.',
    })
    .optional();

/** Query values are text and converted. In a body only a number is a number: conversion would accept `[900]`. */
const durationSeconds = {
  inBody: withinLimits(z.number({ error: 'must be a number' })),
  inQuery: withinLimits(z.coerce.number({ error: 'must be a number' })),
};

const profile = profileName.meta({
  description:
    "Name of the access profile that limits the session. Left out: the only one that the key is limited to, or else the connection's own.",
});

const credentialsSchema = z
  .object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    expiresAt: timestamp,
    accountId: z.string(),
    roleArn: z.string(),
    sessionName: z.string().meta({
      description:
        'Name of the session in CloudTrail. It follows `COUNTERSIGN_SESSION_NAME`: by default the names of worker and tenant, and ten random characters.',
    }),
  })
  .meta({ id: 'Credentials' });

const containerCredentialsSchema = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
    Expiration: timestamp,
    AccountId: z.string(),
  })
  .meta({ id: 'ContainerCredentials' });

const containerProblemSchema = problem
  .extend({ Code: z.string(), Message: z.string() })
  .meta({ id: 'ContainerProblem' });

export function credentialRoutes(app: App, deps: Deps): void {
  issueCredentialsRoute(app, deps);
  getContainerCredentialsRoute(app, deps);
}

function issueCredentialsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/:connectionId/credentials',
    config: { access: 'credentials:issue' },
    schema: {
      summary: "Issue short-lived credentials for a tenant's connection",
      description:
        'Only workers may call this. The role and the external ID are read from the database; no request can name them. Repeated with the same Idempotency-Key, the request returns the cached credentials while they are valid.',
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
            .meta({ description: 'Why the credentials are needed; recorded in the audit event.' }),
        })
        .nullish(),
      response: { 200: credentialsSchema, ...problems },
    },
    handler: async (request) => {
      await bindIdempotencyKey(deps, request);
      const issued = await issueCredentials(deps, {
        principal: principalOf(request),
        ...request.params,
        durationSeconds: request.body?.durationSeconds ?? null,
        profile: request.body?.profile ?? null,
        purpose: request.body?.purpose ?? null,
      });
      return { ...issued, expiresAt: issued.expiresAt.toISOString() };
    },
  });
}

function getContainerCredentialsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/tenants/:tenantId/connections/:connectionId/credentials/container',
    config: { access: 'credentials:issue', bareKey: true },
    // HEAD would issue credentials too.
    exposeHeadRoute: false,
    errorHandler: sendContainerProblem,
    schema: {
      summary: 'Issue credentials to an AWS SDK through AWS_CONTAINER_CREDENTIALS_FULL_URI',
      tags,
      params,
      querystring: z.strictObject({ durationSeconds: durationSeconds.inQuery, profile: profile.optional() }),
      response: {
        200: containerCredentialsSchema,
        '4xx': containerProblemSchema,
        '5xx': containerProblemSchema,
      },
    },
    handler: async (request) => {
      const issued = await issueCredentials(deps, {
        principal: principalOf(request),
        ...request.params,
        durationSeconds: request.query.durationSeconds ?? null,
        profile: request.query.profile ?? null,
        purpose: null,
        maxWaitMs: SDK_MAX_WAIT_MS,
      });
      return {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        Token: issued.sessionToken,
        // Without milliseconds, which some SDKs cannot parse.
        Expiration: `${issued.expiresAt.toISOString().slice(0, 19)}Z`,
        AccountId: issued.accountId,
      };
    },
  });
}

/** Next steps for an operator who sees only the worker's output. */
const NEXT_STEPS: Partial<Record<ProblemCode, string>> = {
  unauthorized:
    "AWS_CONTAINER_AUTHORIZATION_TOKEN must be a valid worker key, or a valid token of the worker's identity provider.",
  forbidden: 'Credentials are issued to keys of role "worker" only.',
  not_found:
    'Check the tenant and the connection in the URL, and which tenants this worker key is limited to.',
};

/**
 * Sends a problem in the format that AWS SDKs expect. The AWS CLI prints the body unchanged, so `Code` and `Message` come
 * first. SDKs print `Message` only, so it contains the errors of the input instead of referring to `errors`.
 */
function sendContainerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  const inputErrors = problem.errors?.map(({ path, message }) => `${path} ${message}`).join('; ');
  return sendProblem(problem, request, reply, {
    Code: problem.code,
    Message: [inputErrors ?? problem.detail, NEXT_STEPS[problem.code]].filter(Boolean).join(' '),
  });
}

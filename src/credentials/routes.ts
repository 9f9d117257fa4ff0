import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { StoredKey } from '../access/key-lookup.ts';
import { STS_PROBLEMS } from '../aws/sts-problem.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { sendProblem, toProblem } from '../http/error-handler.ts';
import { bindIdempotencyKey } from '../http/idempotency/idempotent.ts';
import { whileWaiting } from '../http/load-shedding/slot.ts';
import type { Problem, ProblemCode } from '../http/problem.ts';
import {
  connectionId,
  PATTERNS,
  problem,
  profileName,
  queryInteger,
  tenantId,
  timestamp,
} from '../http/schemas.ts';
import { DURATION_SECONDS, SDK_MAX_WAIT_MS } from './credentials.ts';
import { issueCredentials } from './issue.ts';
import type { TargetReadWithKey } from './target/resolve-target.ts';

const params = z.object({ tenantId, connectionId });
const tags = ['Credentials'];

const durationSeconds = z
  .number({ error: 'must be a number' })
  .int('must be a whole number')
  .min(DURATION_SECONDS.min, `must be ${DURATION_SECONDS.min} or more`)
  .max(DURATION_SECONDS.max, `must be ${DURATION_SECONDS.max} or less`)
  .meta({
    description: 'Duration of the session, in seconds. A cached session may have less time left.',
  });

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
  .meta({
    id: 'Credentials',
    description: 'Temporary AWS credentials.',
    examples: [
      {
        accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN',
        expiresAt: '2026-11-26T13:00:00.000Z',
        accountId: '111122223333',
        roleArn: 'arn:aws:iam::111122223333:role/CountersignAccess',
        sessionName: 'reports.example-ltd.k3v9q2m7xa',
      },
    ],
  });

const issueCredentialsRequest = z
  .strictObject({
    durationSeconds: durationSeconds.optional(),
    profile: profile.optional(),
    purpose: z
      .string()
      .min(1, 'must not be empty')
      .max(200, 'must have 200 characters or fewer')
      .optional()
      .meta({
        ...PATTERNS.text,
        description: 'Why the credentials are needed; recorded in the audit event.',
      }),
  })
  .meta({ id: 'IssueCredentialsRequest', examples: [{ durationSeconds: 900, purpose: 'nightly report' }] });

const containerCredentialsSchema = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
    Expiration: timestamp,
    AccountId: z.string(),
  })
  .meta({
    id: 'ContainerCredentials',
    description: 'Temporary AWS credentials in the format of container credentials.',
    examples: [
      {
        AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        Token: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN',
        Expiration: '2026-11-26T13:00:00Z',
        AccountId: '111122223333',
      },
    ],
  });

/** Some languages have no names that differ in case only. `Code` and `Message` are for the AWS SDKs. */
const containerProblemSchema = problem
  .extend({
    Code: z.string().meta({ description: 'The same as `code`.', 'x-go-name': 'AWSCode' }),
    Message: z
      .string()
      .meta({ description: '`detail` and `errors` in one text.', 'x-go-name': 'AWSMessage' }),
  })
  .meta({ id: 'ContainerProblem', description: 'Problem details, with what the AWS SDKs read.' });

const CREDENTIAL_PROBLEMS = [
  'connection_not_verified',
  'tenant_not_active',
  'profile_not_usable',
  'role_not_assumable',
  'role_not_allowed',
  'audit_unavailable',
  ...STS_PROBLEMS,
] as const;

declare module 'fastify' {
  interface FastifyRequest {
    /** null: no request for credentials, or one with a token in place of a key. */
    targetReadWithKey: TargetReadWithKey | null;
  }
}

export function credentialRoutes(app: App, deps: Deps): void {
  app.decorateRequest('targetReadWithKey', null);
  issueCredentialsRoute(app, deps);
  getContainerCredentialsRoute(app, deps);
}

/** Finds the key of a request, and in the same statement its target: that costs less than a statement for each (decision 25). */
const findKeyAndTarget =
  ({ keys, keyAndTargetLookup, clock }: Pick<Deps, 'keys' | 'keyAndTargetLookup' | 'clock'>) =>
  async (hash: Buffer, request: FastifyRequest): Promise<StoredKey | null> => {
    const { data } = params.safeParse(request.params);
    if (data === undefined) return keys.find(hash);
    const { tenantId, connectionId } = data;
    const { key, target } = await keyAndTargetLookup({ hash, tenantId, connectionId });
    request.targetReadWithKey = { target, readAt: clock.now() };
    return key;
  };

function issueCredentialsRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/connections/:connectionId/credentials',
    config: { access: 'credentials:issue', load: 'credentials', findKey: findKeyAndTarget(deps) },
    schema: {
      operationId: 'issueCredentials',
      summary: "Issue short-lived credentials for a tenant's connection",
      description:
        'Only workers may call this. The role and the external ID are read from the database; no request can name them. Repeated with the same Idempotency-Key, the request returns the cached credentials while they are valid.',
      tags,
      params,
      body: issueCredentialsRequest.nullish(),
      response: { 200: credentialsSchema },
      problems: CREDENTIAL_PROBLEMS,
    },
    handler: async (request) => {
      await bindIdempotencyKey(deps, request);
      const issued = await issueCredentials(deps, {
        principal: principalOf(request),
        readWithKey: request.targetReadWithKey,
        whileWaiting: (work) => whileWaiting(request, work),
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
    config: {
      access: 'credentials:issue',
      load: 'credentials',
      bareKey: true,
      findKey: findKeyAndTarget(deps),
    },
    // HEAD would issue credentials too.
    exposeHeadRoute: false,
    errorHandler: sendContainerProblem,
    schema: {
      operationId: 'getContainerCredentials',
      summary: 'Issue credentials to an AWS SDK through AWS_CONTAINER_CREDENTIALS_FULL_URI',
      description:
        'The format that every AWS SDK reads. `Authorization` may be the bare key or `Bearer <key>`. An SDK waits for about a second, so a slow AWS is an error early.',
      tags,
      params,
      querystring: z.strictObject({
        durationSeconds: queryInteger(durationSeconds).optional(),
        profile: profile.optional(),
      }),
      response: { 200: containerCredentialsSchema },
      problems: CREDENTIAL_PROBLEMS,
      problemFormat: { schema: containerProblemSchema, extraMembers: toContainerMembers },
    },
    handler: async (request) => {
      const issued = await issueCredentials(deps, {
        principal: principalOf(request),
        readWithKey: request.targetReadWithKey,
        whileWaiting: (work) => whileWaiting(request, work),
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
  return sendProblem(problem, request, reply, toContainerMembers(problem));
}

function toContainerMembers({ code, detail, errors }: Problem): { Code: string; Message: string } {
  const inputErrors = errors?.map(({ path, message }) => `${path} ${message}`).join('; ');
  return { Code: code, Message: [inputErrors ?? detail, NEXT_STEPS[code]].filter(Boolean).join(' ') };
}

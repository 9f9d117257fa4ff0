import { z } from 'zod';
import { policyDocument, roleName } from '../aws/iam-schemas.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import {
  exampleId,
  noContent,
  PATTERNS,
  page,
  pageOf,
  profileId,
  profileName,
  readCursor,
  timestamp,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { changeProfile } from './change.ts';
import { createProfile } from './create.ts';
import { POLICY_ARN } from './limits.ts';
import { type ProfileSettings, toProfileBody } from './profile.ts';
import { removeProfile } from './remove.ts';
import { findProfile, listProfiles } from './store.ts';

const arns = z
  .array(z.string().max(2048, 'must have 2048 characters or fewer').meta({ pattern: POLICY_ARN.source }))
  .max(100, 'must be 100 or fewer');

/** The limits of AWS are not here: some of them depend on several settings, so the operations check them. */
const settings = {
  description: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(2000, 'must have 2000 characters or fewer')
    .nullable()
    .meta({ ...PATTERNS.text, description: 'What the profile is for; shown to customers.' }),
  roleName: roleName
    .nullable()
    .meta({ description: "Name of the role in the setup kit; null: the installation's role name." }),
  templateUrl: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(800)
    .nullable()
    .meta({
      pattern: '^https://',
      description:
        "URL of this profile's published CloudFormation template in S3; null: no launch-stack link.",
    }),
  managedPolicyArns: arns.meta({
    description: "ARNs of managed policies of the customer's role; at most 10.",
    maxItems: 10,
  }),
  inlinePolicy: policyDocument.nullable().meta({
    description: "Inline policy of the customer's role; at most 10,240 characters without white space.",
  }),
  sessionPolicy: policyDocument.nullable().meta({
    description:
      'Session policy of workers: a session may do what both the role and its session policies allow. At most 2,048 characters together with sessionPolicyArns.',
  }),
  sessionPolicyArns: arns.meta({
    description: 'ARNs of managed session policies; at most 10.',
    maxItems: 10,
  }),
  maxDurationSeconds: z
    .number()
    .int('must be a whole number')
    .min(900, 'must be 900 or more')
    .max(3600, 'must be 3600 or less')
    .meta({ description: 'The longest session that a worker gets, in seconds.' }),
  sessionTags: z.boolean().meta({
    description:
      "Adds the session tags countersign:tenant and countersign:worker; the role's trust policy must allow sts:TagSession.",
  }),
  sourceIdentity: z.boolean().meta({
    description:
      "Sets the worker as source identity of sessions; the role's trust policy must allow sts:SetSourceIdentity.",
  }),
};

const profileSchema = z
  .object({ id: profileId, name: profileName, ...settings, createdAt: timestamp, updatedAt: timestamp })
  .meta({
    id: 'AccessProfile',
    description: 'A named set of permissions.',
    examples: [
      {
        id: exampleId('profile'),
        name: 'read-only',
        description: 'Reads inventory and metrics.',
        roleName: null,
        templateUrl: null,
        managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        inlinePolicy: null,
        sessionPolicy: null,
        sessionPolicyArns: [],
        maxDurationSeconds: 3600,
        sessionTags: false,
        sourceIdentity: false,
        createdAt: '2026-11-26T12:00:00.000Z',
        updatedAt: '2026-11-26T12:00:00.000Z',
      },
    ],
  });
const settingsBody = z.strictObject(settings).partial();

const createProfileRequest = settingsBody.extend({ name: profileName }).meta({
  id: 'CreateProfileRequest',
  examples: [
    {
      name: 'read-only',
      description: 'Reads inventory and metrics.',
      managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    },
  ],
});

const updateProfileRequest = settingsBody
  .refine((changes) => Object.keys(changes).length > 0, 'must have at least one property')
  .meta({ id: 'UpdateProfileRequest', minProperties: 1, examples: [{ maxDurationSeconds: 900 }] });
const params = z.object({ profileId });
const tags = ['Access profiles'];
const access = 'profiles:manage' as const;
/** In these members `sts:ExternalId` is a condition key of a policy, and not an attempt to set an external ID. */
const policyMembers = ['inlinePolicy', 'sessionPolicy'];

/** Removes undefined settings, which would otherwise overwrite others when they are merged. */
function withoutUndefined(body: z.infer<typeof settingsBody>): Partial<ProfileSettings> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

export function profileRoutes(app: App, deps: Deps): void {
  createProfileRoute(app, deps);
  listProfilesRoute(app, deps);
  getProfileRoute(app, deps);
  updateProfileRoute(app, deps);
  deleteProfileRoute(app, deps);
}

function createProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/profiles',
    config: { access, policyMembers },
    schema: {
      operationId: 'createProfile',
      summary: 'Create an access profile',
      description: "What a customer's role grants, and what a worker's session may use of it.",
      tags,
      body: createProfileRequest,
      response: { 201: profileSchema },
      problems: ['conflict'],
    },
    handler: async (request, reply) => {
      const { name, ...settings } = request.body;
      const actor = actorOf(principalOf(request));
      const created = await idempotent(deps, request, async (deps) =>
        toProfileBody(await createProfile(deps, { actor, name, settings: withoutUndefined(settings) })),
      );
      return reply.code(201).send(created);
    },
  });
}

function listProfilesRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/profiles',
    config: { access },
    schema: {
      operationId: 'listProfiles',
      summary: 'List access profiles',
      description: 'Lists them in the order of their creation.',
      tags,
      querystring: z.strictObject(page),
      response: { 200: pageOf(profileSchema) },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listProfiles(deps.database, readCursor(cursor, 'profile'), limit);
      return toPage(rows, limit, toProfileBody);
    },
  });
}

function getProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/profiles/:profileId',
    config: { access },
    schema: {
      operationId: 'getProfile',
      summary: 'Get an access profile',
      description: 'With all of its settings.',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: profileSchema },
    },
    handler: async (request) => {
      const profile = await findProfile(deps.database, request.params.profileId);
      if (!profile) throw notFound();
      return toProfileBody(profile);
    },
  });
}

function updateProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'PATCH',
    url: '/v1/profiles/:profileId',
    config: { access, policyMembers },
    schema: {
      operationId: 'updateProfile',
      summary: 'Update an access profile',
      description:
        'Members that are left out stay as they are; the name cannot be changed. The change applies to the next credentials that are issued.',
      tags,
      params,
      body: updateProfileRequest,
      response: { 200: profileSchema },
    },
    handler: async (request) =>
      toProfileBody(
        await changeProfile(deps, {
          actor: actorOf(principalOf(request)),
          profileId: request.params.profileId,
          changes: withoutUndefined(request.body),
        }),
      ),
  });
}

function deleteProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'DELETE',
    url: '/v1/profiles/:profileId',
    config: { access },
    schema: {
      operationId: 'deleteProfile',
      summary: 'Delete an access profile',
      description: 'Possible only if no key, worker identity or connection uses it.',
      tags,
      params,
      response: { 204: noContent },
      problems: ['conflict'],
    },
    handler: async (request, reply) => {
      await removeProfile(deps, {
        actor: actorOf(principalOf(request)),
        profileId: request.params.profileId,
      });
      return reply.code(204).send(null);
    },
  });
}

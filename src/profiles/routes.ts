import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { principalOf } from '../http/authorize.ts';
import { idempotent } from '../http/idempotency/idempotent.ts';
import { notFound } from '../http/problem.ts';
import {
  noContent,
  page,
  pageOf,
  problems,
  profileId,
  profileName,
  readCursor,
  timestamp,
  toPage,
} from '../http/schemas.ts';
import { actorOf } from '../identity/principal.ts';
import { changeProfile } from './change.ts';
import { createProfile } from './create.ts';
import { type ProfileSettings, toProfileBody } from './profile.ts';
import { removeProfile } from './remove.ts';
import { findProfile, listProfiles } from './store.ts';

const policy = z.record(z.string(), z.unknown());
const arns = z
  .array(z.string().max(2048, 'must have 2048 characters or fewer'))
  .max(100, 'must be 100 or fewer');

/** The limits of AWS are not here: some of them depend on several settings, so the operations check them. */
const settings = {
  description: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(2000, 'must have 2000 characters or fewer')
    .nullable()
    .meta({ description: 'What the profile is for; shown to customers.' }),
  roleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters')
    .nullable()
    .meta({ description: "Name of the role in the setup kit; null: the installation's role name." }),
  templateUrl: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(800)
    .nullable()
    .meta({
      description:
        "URL of this profile's published CloudFormation template in S3; null: no launch-stack link.",
    }),
  managedPolicyArns: arns.meta({ description: "Managed policies of the customer's role; at most 10." }),
  inlinePolicy: policy.nullable().meta({
    description: "Inline policy of the customer's role; at most 10,240 characters without white space.",
  }),
  sessionPolicy: policy.nullable().meta({
    description:
      'Session policy of workers: a session may do what both the role and its session policies allow. At most 2,048 characters together with sessionPolicyArns.',
  }),
  sessionPolicyArns: arns.meta({ description: 'Managed session policies; at most 10.' }),
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
  .meta({ id: 'AccessProfile' });
const settingsBody = z.strictObject(settings).partial();
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
      summary:
        "Create an access profile: what a customer's role grants, and what a worker's session may use of it",
      tags,
      body: settingsBody.extend({ name: profileName }),
      response: { 201: profileSchema, ...problems },
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
      summary: 'List access profiles',
      tags,
      querystring: z.strictObject(page),
      response: { 200: pageOf(profileSchema), ...problems },
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
      summary: 'Get an access profile',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: profileSchema, ...problems },
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
      summary:
        'Update an access profile, except for its name. It applies to the next credentials that are issued',
      tags,
      params,
      body: settingsBody.refine(
        (changes) => Object.keys(changes).length > 0,
        'must have at least one property',
      ),
      response: { 200: profileSchema, ...problems },
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
      summary: 'Delete an access profile that no key, worker identity or connection uses',
      tags,
      params,
      response: { 204: noContent, ...problems },
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

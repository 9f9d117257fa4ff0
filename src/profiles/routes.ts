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

const policy = z.record(z.string(), z.any());
const arns = z
  .array(z.string().max(2048, 'must have 2048 characters or fewer'))
  .max(100, 'must be 100 or fewer');

/** What may be set; the limits of AWS are looked at by the operation, which knows all of a profile. */
const settings = {
  description: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(2000, 'must have 2000 characters or fewer')
    .nullable()
    .meta({ description: "What it is for, in the vendor's plain words; customers read it." }),
  roleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters')
    .nullable()
    .meta({ description: "The role's name in the setup kit; null: the installation's." }),
  templateUrl: z
    .url({ protocol: /^https$/, error: 'must be an https URL' })
    .max(800)
    .nullable()
    .meta({
      description: "Where this profile's CloudFormation template lies in S3; null: no launch-stack link.",
    }),
  managedPolicyArns: arns.meta({ description: "Managed policies of the customer's role; 10 at most." }),
  inlinePolicy: policy.nullable().meta({
    description: "Inline policy of the customer's role; 10,240 characters without white space at most.",
  }),
  sessionPolicy: policy.nullable().meta({
    description:
      "Session policy of workers: a session may do what both it and the role allow. 2,048 characters at most, the ARNs' included.",
  }),
  sessionPolicyArns: arns.meta({ description: 'Managed session policies; 10 at most.' }),
  maxDurationSeconds: z
    .number()
    .int('must be a whole number')
    .min(900, 'must be 900 or more')
    .max(3600, 'must be 3600 or less')
    .meta({ description: 'The longest session that a worker gets, in seconds.' }),
  sessionTags: z.boolean().meta({
    description:
      "Sessions carry the tags countersign:tenant and countersign:worker; the role's trust policy must allow sts:TagSession.",
  }),
  sourceIdentity: z.boolean().meta({
    description:
      "Sessions carry the worker as source identity; the role's trust policy must allow sts:SetSourceIdentity.",
  }),
};

const profile = z
  .object({ id: profileId, name: profileName, ...settings, createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: 'AccessProfile' });
const optional = z.strictObject(settings).partial();
const params = z.object({ profileId });
const tags = ['Access profiles'];
const access = 'profiles:manage' as const;
/** Below these alone `sts:ExternalId` may stand: a condition key of a policy, and no external ID that is set. */
const policyMembers = ['inlinePolicy', 'sessionPolicy'];

/** Only what was given: a member that is left out changes nothing. */
function given(body: z.infer<typeof optional>): Partial<ProfileSettings> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

export function profileRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/profiles',
    config: { access, policyMembers },
    schema: {
      summary:
        "Create an access profile: what a customer's role grants, and what a worker's session may use of it",
      tags,
      body: optional.extend({ name: profileName }),
      response: { 201: profile, ...problems },
    },
    handler: async (request, reply) => {
      const { name, ...settings } = request.body;
      const actor = actorOf(principalOf(request));
      const created = await idempotent(deps, request, async (deps) =>
        toProfileBody(await createProfile(deps, { actor, name, settings: given(settings) })),
      );
      return reply.code(201).send(created);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/profiles',
    config: { access },
    schema: {
      summary: 'List access profiles',
      tags,
      querystring: z.strictObject(page),
      response: { 200: pageOf(profile), ...problems },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await listProfiles(deps.database, readCursor(cursor, 'profile'), limit);
      return toPage(rows, limit, toProfileBody);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/profiles/:profileId',
    config: { access },
    schema: {
      summary: 'Read an access profile',
      tags,
      params,
      querystring: z.strictObject({}),
      response: { 200: profile, ...problems },
    },
    handler: async (request) => {
      const found = await findProfile(deps.database, request.params.profileId);
      if (!found) throw notFound();
      return toProfileBody(found);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/v1/profiles/:profileId',
    config: { access, policyMembers },
    schema: {
      summary: 'Change an access profile, from the next credential on; its name stays',
      tags,
      params,
      body: optional.refine((changes) => Object.keys(changes).length > 0, 'must change something'),
      response: { 200: profile, ...problems },
    },
    handler: async (request) =>
      toProfileBody(
        await changeProfile(deps, {
          actor: actorOf(principalOf(request)),
          profileId: request.params.profileId,
          changes: given(request.body),
        }),
      ),
  });

  app.route({
    method: 'DELETE',
    url: '/v1/profiles/:profileId',
    config: { access },
    schema: {
      summary:
        'Delete an access profile that no key and no worker identity is held to, and no connection was set up with',
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

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { roleName } from '../../aws/iam-schemas.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound } from '../../http/problem.ts';
import { noBody, page, profileId, profileName, readCursor, toPage } from '../../http/schemas.ts';
import { isObject } from '../../lib/is-object.ts';
import { hasDuplicateKeys } from '../../lib/json-keys.ts';
import { sendPage } from '../../pages/page-security.ts';
import { changeProfile } from '../../profiles/change.ts';
import { createProfile } from '../../profiles/create.ts';
import type { AccessProfile, Policy, ProfileSettings } from '../../profiles/profile.ts';
import { removeProfile } from '../../profiles/remove.ts';
import { findProfile, listProfiles } from '../../profiles/store.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { submitOnce } from '../submit-once.ts';
import { type FormValues, formBody, listField, parseFields, submitForm } from '../submitted-form.ts';
import { EMPTY_FORM } from '../views/form-controls.ts';
import { profileFormPage, profilePage, profilesPage, toFormValues } from '../views/profiles.ts';

const access = 'profiles:manage' as const;
const params = z.object({ profileId });
const done = z.string().optional();

/** Access profiles: what a customer's role grants, and what a worker's session may use of it. */
export function profilesRoutes(app: App, deps: Deps): void {
  listProfilesRoute(app, deps);
  showNewFormRoute(app, deps);
  createProfileRoute(app, deps);
  showProfileRoute(app, deps);
  showChangeFormRoute(app, deps);
  changeProfileRoute(app, deps);
  deleteProfileRoute(app, deps);
}

function listProfilesRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/profiles',
    config: { access },
    schema: { hide: true, querystring: z.object({ cursor: page.cursor, done }) },
    handler: async (request, reply) => {
      const { cursor, done } = request.query;
      const rows = await listProfiles(deps.database, readCursor(cursor, 'profile'), 50);
      const { data: profiles, nextCursor } = toPage(rows, 50, (profile) => profile);
      return sendPage(
        reply,
        200,
        profilesPage(getConsoleContext(deps, request), { profiles, nextCursor, done }),
      );
    },
  });
}

function showNewFormRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/profiles/new',
    config: { access },
    schema: { hide: true },
    handler: async (request, reply) =>
      sendPage(
        reply,
        200,
        profileFormPage(getConsoleContext(deps, request), { profile: null, form: EMPTY_FORM }),
      ),
  });
}

function createProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/profiles',
    config: { access },
    schema: { hide: true, body: formBody },
    handler: async (request, reply) => {
      const submitted = await submitForm(async () => {
        const { actor } = staffOf(request);
        const { name } = parseFields(z.object({ name: profileName }), request.body);
        const settings = parseSettings(request.body);
        return submitOnce(deps, request, async (deps) => {
          const { id } = await createProfile(deps, { actor, name, settings });
          return { id };
        });
      });
      if ('result' in submitted)
        return reply.redirect(`${pathOf(deps, submitted.result.id)}?done=profile-created`, 303);
      const { problem } = submitted;
      const view = { profile: null, form: { values: request.body, problem } };
      return sendPage(reply, problem.status, profileFormPage(getConsoleContext(deps, request), view));
    },
  });
}

const pathOf = (deps: Pick<Deps, 'baseUrl'>, id: string): string =>
  `${consolePathOf(deps.baseUrl())}/profiles/${id}`;

async function requireProfile(
  deps: Deps,
  request: FastifyRequest<{ Params: z.infer<typeof params> }>,
): Promise<AccessProfile> {
  const profile = await findProfile(deps.database, request.params.profileId);
  if (!profile) throw notFound();
  return profile;
}

function showProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/profiles/:profileId',
    config: { access },
    schema: { hide: true, params, querystring: z.object({ done }) },
    handler: async (request, reply) => {
      const profile = await requireProfile(deps, request);
      const view = { profile, done: request.query.done };
      return sendPage(reply, 200, profilePage(getConsoleContext(deps, request), view));
    },
  });
}

function showChangeFormRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/profiles/:profileId/change',
    config: { access },
    schema: { hide: true, params },
    handler: async (request, reply) => {
      const profile = await requireProfile(deps, request);
      const form = { values: toFormValues(profile), problem: null };
      return sendPage(reply, 200, profileFormPage(getConsoleContext(deps, request), { profile, form }));
    },
  });
}

function changeProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/profiles/:profileId',
    config: { access },
    schema: { hide: true, params, body: formBody },
    handler: async (request, reply) => {
      const profile = await requireProfile(deps, request);
      const submitted = await submitForm(() => {
        const changes = parseSettings(request.body);
        return changeProfile(deps, { actor: staffOf(request).actor, profileId: profile.id, changes });
      });
      if ('result' in submitted)
        return reply.redirect(`${pathOf(deps, profile.id)}?done=profile-changed`, 303);
      const { problem } = submitted;
      const view = { profile, form: { values: request.body, problem } };
      return sendPage(reply, problem.status, profileFormPage(getConsoleContext(deps, request), view));
    },
  });
}

function deleteProfileRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/profiles/:profileId/deletion',
    config: { access },
    schema: { hide: true, params, body: noBody },
    handler: async (request, reply) => {
      await removeProfile(deps, { actor: staffOf(request).actor, ...request.params });
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/profiles?done=profile-deleted`, 303);
    },
  });
}

/** A policy as text. It may contain `sts:ExternalId` as a condition key, which sets nothing. */
const policyField = z
  .string()
  .default('')
  .transform((text, context): Policy | null => {
    if (text.trim() === '') return null;
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value) && !hasDuplicateKeys(text)) return value;
    } catch {
      // Reported below, like anything else that is not a policy.
    }
    context.addIssue('must be an IAM policy in JSON, without duplicate keys');
    return z.NEVER;
  });

const checkboxField = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on');

const settingsFields = z.object({
  description: optional(z.string().trim().max(2000, 'must have 2000 characters or fewer')),
  roleName: optional(roleName),
  templateUrl: optional(z.url({ protocol: /^https$/, error: 'must be an https URL' }).max(800)),
  managedPolicyArns: listField,
  inlinePolicy: policyField,
  sessionPolicy: policyField,
  sessionPolicyArns: listField,
  maxDurationSeconds: z.coerce
    .number('must be a number of seconds')
    .int('must be a whole number')
    .min(900, 'must be 900 or more')
    .max(3600, 'must be 3600 or less'),
  sessionTags: checkboxField,
  sourceIdentity: checkboxField,
});

/** The form has all settings: what is empty in it is not set. */
function parseSettings(values: FormValues): ProfileSettings {
  const {
    description = null,
    roleName = null,
    templateUrl = null,
    ...settings
  } = parseFields(settingsFields, values);
  return { ...settings, description, roleName, templateUrl };
}

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createApiKey, type NewKeyInput } from '../../access/create-key.ts';
import { revokeKey } from '../../access/revoke-key.ts';
import { listApiKeys } from '../../access/store.ts';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { keyId, name, noBody, page, profileName, readCursor, tenantId, toPage } from '../../http/schemas.ts';
import type { Actor } from '../../identity/principal.ts';
import { sendPage } from '../../pages/page-security.ts';
import { consolePathOf, getConsoleContext } from '../console-context.ts';
import { optional } from '../form-fields.ts';
import { staffOf } from '../guard.ts';
import { submitOnce } from '../submit-once.ts';
import { type FormValues, formBody, listField, parseFields, submitForm } from '../submitted-form.ts';
import { apiKeysPage, createdKeyPage, KEY_ROLES, type NewKey, newKeyPage } from '../views/api-keys.ts';
import { EMPTY_FORM } from '../views/form-controls.ts';

const access = 'api-keys:manage' as const;

/** API keys: the list, a form for a new one, and revoking them. */
export function apiKeysRoutes(app: App, deps: Deps): void {
  listKeysRoute(app, deps);
  showFormRoute(app, deps);
  createKeyRoute(app, deps);
  revokeKeyRoute(app, deps);
}

function listKeysRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/api-keys',
    config: { access },
    schema: { hide: true, querystring: z.object({ cursor: page.cursor, done: z.string().optional() }) },
    handler: async (request, reply) => {
      const { cursor, done } = request.query;
      const rows = await listApiKeys(deps.database, readCursor(cursor, 'key'), 50);
      const { data: keys, nextCursor } = toPage(rows, 50, (key) => key);
      const context = getConsoleContext(deps, request);
      return sendPage(reply, 200, apiKeysPage(context, { keys, nextCursor, done }));
    },
  });
}

function showFormRoute(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/api-keys/new',
    config: { access },
    schema: { hide: true },
    handler: async (request, reply) =>
      sendPage(reply, 200, newKeyPage(getConsoleContext(deps, request), EMPTY_FORM)),
  });
}

/** Answers with the page itself, because the key can be shown only now. */
function createKeyRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/api-keys',
    config: { access },
    schema: { hide: true, body: formBody },
    handler: async (request, reply) => {
      const context = getConsoleContext(deps, request);
      const submitted = await submitForm(() => createKey(deps, request));
      if ('result' in submitted) return sendPage(reply, 201, createdKeyPage(context, submitted.result));
      const { problem } = submitted;
      return sendPage(reply, problem.status, newKeyPage(context, { values: request.body, problem }));
    },
  });
}

const keyFields = z.object({
  name,
  role: z.enum(KEY_ROLES),
  tenantId: optional(tenantId),
  tenantIds: listField.pipe(z.array(tenantId).max(1000)),
  profiles: listField.pipe(z.array(profileName).max(100)),
  expiresAt: optional(z.iso.date('must be a date')),
});

async function createKey(deps: Deps, request: FastifyRequest<{ Body: FormValues }>): Promise<NewKey> {
  const input = toNewKey(staffOf(request).actor, parseFields(keyFields, request.body));
  return submitOnce(deps, request, async (deps) => {
    const { row, key } = await createApiKey(deps, input);
    const { name, role, expiresAt } = row;
    return { key, name, role, expiresAt: expiresAt?.toISOString() ?? null };
  });
}

function toNewKey(actor: Actor, fields: z.infer<typeof keyFields>): NewKeyInput {
  const { name, role, tenantId = null, tenantIds, profiles, expiresAt } = fields;
  return {
    actor,
    name,
    role,
    tenantId,
    tenantIds: tenantIds.length === 0 ? null : tenantIds,
    profiles: profiles.length === 0 ? null : profiles,
    expiresAt: expiresAt === undefined ? null : new Date(`${expiresAt}T23:59:59Z`),
  };
}

function revokeKeyRoute(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/api-keys/:keyId/revocation',
    config: { access },
    schema: { hide: true, params: z.object({ keyId }), body: noBody },
    handler: async (request, reply) => {
      await revokeKey(deps, { actor: staffOf(request).actor, keyId: request.params.keyId });
      return reply.redirect(`${consolePathOf(deps.baseUrl())}/api-keys?done=key-revoked`, 303);
    },
  });
}

import type { ApiKeyRow } from '../../access/store.ts';
import type { Role } from '../../identity/principal.ts';
import { type Html, html } from '../../lib/html.ts';
import { copyableText, formatTime } from '../../pages/components.ts';
import type { ConsoleContext } from '../console-context.ts';
import {
  confirmedAction,
  formTokenField,
  idLine,
  pageHead,
  pager,
  pill,
  table,
  timeAgo,
} from './components.ts';
import { choiceField, type FormState, formProblem, inputField, textArea } from './form-controls.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';

export const KEY_ROLES = ['worker', 'onboarding', 'support', 'auditor', 'admin', 'tenant'] as const;

const ROLE_LABELS: Record<Role, string> = {
  worker: 'Worker: gets credentials, and nothing else',
  onboarding: 'Onboarding: creates tenants and connections',
  support: 'Support: reads all tenants, verifies connections',
  auditor: 'Auditor: reads everything, changes nothing',
  admin: 'Admin: may do everything except get credentials',
  tenant: 'Tenant: what one customer may do',
};

const CRUMBS = [{ path: '/api-keys', label: 'API keys' }];

export function apiKeysPage(
  context: ConsoleContext,
  view: { keys: readonly ApiKeyRow[]; nextCursor: string | null; done: string | undefined },
): Html {
  const { keys, nextCursor, done } = view;
  return layout(
    context,
    'API keys',
    html`${pageHead({
      context,
      title: 'API keys',
      lead: 'For programs. Keys are stored as hashes, so none can be shown again.',
      actions: html`<a class="button" href="${context.consolePath}/api-keys/new">New API key</a>`,
    })}
${doneNotice(done)}
${table({
  label: 'API keys',
  columns: [
    'Name',
    'Role',
    'Status',
    { label: 'Limits', kind: 'minor' },
    { label: 'Created', kind: 'minor' },
    { label: 'Expires', kind: 'minor' },
    { label: 'Actions', kind: 'actions' },
  ],
  rows: keys.map((key) => keyRow(context, key)),
  empty: 'There is no API key.',
})}
${pager(context, nextCursor)}`,
  );
}

function keyRow(context: ConsoleContext, key: ApiKeyRow): (Html | string | null)[] {
  const status = statusOf(key, context.now);
  return [
    html`${key.name}${idLine(key.id)}`,
    key.role,
    pill(
      status === 'valid' ? 'active' : 'disabled',
      { valid: 'Valid', expired: 'Expired', revoked: 'Revoked' }[status],
    ),
    limitsOf(key),
    timeAgo(context, key.createdAt),
    key.expiresAt === null ? 'Never' : timeAgo(context, key.expiresAt),
    status === 'revoked'
      ? html``
      : confirmedAction(context, {
          path: `/api-keys/${key.id}/revocation`,
          label: 'Revoke',
          explanation: `Every request with the key “${key.name}” is refused from the next one on. This cannot be undone.`,
          confirm: 'Revoke this key',
        }),
  ];
}

function statusOf({ revokedAt, expiresAt }: ApiKeyRow, now: Date): 'valid' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}

function limitsOf({ role, tenantId, anyTenant, tenantIds, anyProfile, profiles }: ApiKeyRow): string | null {
  if (tenantId !== null) return tenantId;
  if (role !== 'worker') return null;
  const tenants = anyTenant
    ? 'all tenants'
    : `${tenantIds.length} ${tenantIds.length === 1 ? 'tenant' : 'tenants'}`;
  return `${tenants}, ${anyProfile ? 'all profiles' : profiles.join(', ')}`;
}

const FIELDS = ['name', 'role', 'tenantId', 'tenantIds', 'profiles', 'expiresAt'];

export function newKeyPage(context: ConsoleContext, form: FormState): Html {
  return layout(
    context,
    'New API key',
    html`${pageHead({ context, title: 'New API key', crumbs: CRUMBS, lead: 'You see the key once, after creating it.' })}
<form class="card form" method="post" action="${context.consolePath}/api-keys">${formTokenField(context)}
${formProblem(form, FIELDS)}
${inputField(form, { name: 'name', label: 'Name', required: true, placeholder: 'nightly-scanner', hint: 'The audit log shows it with everything the key does. Of a worker, customers see it in CloudTrail.' })}
${choiceField(form, { name: 'role', label: 'Role', options: KEY_ROLES.map((role) => [role, ROLE_LABELS[role]] as const) })}
${inputField(form, { name: 'expiresAt', label: 'Last day', type: 'date', hint: 'In UTC. Left empty, the key does not expire.' })}
<fieldset><legend>Limits of a worker</legend>
${textArea(form, { name: 'tenantIds', label: 'Tenant IDs', rows: 3, placeholder: 'tenant_…', hint: 'One on each line. Left empty: all tenants.' })}
${inputField(form, { name: 'profiles', label: 'Access profiles', placeholder: 'read-only', hint: 'Separated by commas. Left empty: all profiles.' })}
</fieldset>
<fieldset><legend>For the role tenant</legend>
${inputField(form, { name: 'tenantId', label: 'Tenant ID', placeholder: 'tenant_…' })}
</fieldset>
<div class="form-actions"><button type="submit">Create the key</button><a class="button secondary" href="${context.consolePath}/api-keys">Cancel</a></div>
</form>`,
  );
}

export interface NewKey {
  /** Can be shown only now. */
  key: string;
  name: string;
  role: Role;
  /** RFC 3339; null: never. */
  expiresAt: string | null;
}

export function createdKeyPage(context: ConsoleContext, created: NewKey): Html {
  const { key, name, role, expiresAt } = created;
  return layout(
    context,
    'API key created',
    html`${pageHead({ context, title: 'API key created', crumbs: CRUMBS })}
<section class="card secret-card"><h2>${name}</h2>
<p>Copy the key now. It is shown once.</p>
${copyableText('api-key', 'API key', key)}
<p class="muted">Role ${role}. ${expiresAt === null ? 'It does not expire.' : `It expires on ${formatTime(expiresAt)}.`}</p>
<p><a class="button secondary" href="${context.consolePath}/api-keys">Done</a></p></section>`,
  );
}

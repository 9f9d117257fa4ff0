import { type Html, html } from '../../lib/html.ts';
import { formatTime } from '../../pages/components.ts';
import type { TokenRevocation } from '../../worker-identities/revocations/token-revocation.ts';
import type { WorkerIdentity } from '../../worker-identities/worker-identity.ts';
import type { ConsoleContext } from '../console-context.ts';
import { confirmedAction, pageHead, pager, table, timeAgo } from './components.ts';
import { choiceField, type FormState, formProblem, inputField } from './form-controls.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';

interface WorkersView {
  identities: readonly WorkerIdentity[];
  revocations: readonly TokenRevocation[];
  nextCursor: string | null;
  done: string | undefined;
  /** The form for a new revocation. */
  form: FormState;
}

export function workersPage(context: ConsoleContext, view: WorkersView): Html {
  const { identities, revocations, nextCursor, done, form } = view;
  return layout(
    context,
    'Worker identities',
    html`${pageHead({
      context,
      title: 'Worker identities',
      lead: 'Workers that authenticate with tokens of an OIDC issuer, and not with a key.',
    })}
${doneNotice(done)}
${identityTable(identities)}
<h2>Revocations</h2>
<p class="muted">A token stays valid until it expires, even if its issuer no longer trusts it. A revocation rejects it from the next request on.</p>
${table({
  label: 'Revocations',
  columns: [
    'Identity',
    'Subject',
    'Tokens',
    { label: 'Created', kind: 'minor' },
    { label: 'Actions', kind: 'actions' },
  ],
  rows: revocations.map((revocation) => revocationRow(context, revocation)),
  empty: 'No token is revoked.',
})}
${pager(context, nextCursor)}
${identities.length > 0 && revocationForm(context, identities, form)}`,
  );
}

function identityTable(identities: readonly WorkerIdentity[]): Html {
  return table({
    label: 'Worker identities',
    columns: ['Name', 'Issuer and audience', 'Claims', { label: 'Limits', kind: 'minor' }],
    rows: identities.map((identity) => [
      identity.name,
      html`<code>${identity.issuer}</code><br><span class="muted">for</span> <code>${identity.audience}</code>`,
      html`<code class="detail-json">${JSON.stringify(identity.claims, null, 1)}</code>`,
      limitsOf(identity),
    ]),
    empty: html`None is configured. <code>COUNTERSIGN_WORKER_IDENTITIES_FILE</code> names the file that lists them; <code>docs/worker-identity.md</code> describes it.`,
  });
}

function limitsOf({ tenantIds, profiles, maxTokenAgeSeconds }: WorkerIdentity): string {
  const tenants =
    tenantIds === 'any'
      ? 'all tenants'
      : `${tenantIds.length} ${tenantIds.length === 1 ? 'tenant' : 'tenants'}`;
  const age = maxTokenAgeSeconds === undefined ? '' : `, tokens of at most ${maxTokenAgeSeconds} s`;
  return `${tenants}, ${profiles === 'any' ? 'all profiles' : profiles.join(', ')}${age}`;
}

function revocationRow(context: ConsoleContext, revocation: TokenRevocation): (Html | string | null)[] {
  const { id, identity, subject, issuedBefore, createdAt } = revocation;
  return [
    identity,
    subject === null ? 'Every subject' : html`<code>${subject}</code>`,
    issuedBefore === null ? 'All, also later ones' : `Issued before ${formatTime(issuedBefore)}`,
    timeAgo(context, createdAt),
    confirmedAction(context, {
      path: `/workers/revocations/${id}/deletion`,
      label: 'Delete',
      explanation: 'Its tokens are accepted again until they expire, unless another revocation applies.',
      confirm: 'Delete this revocation',
    }),
  ];
}

const FIELDS = ['identity', 'subject', 'issuedBefore'];

function revocationForm(
  context: ConsoleContext,
  identities: readonly WorkerIdentity[],
  form: FormState,
): Html {
  return html`<section class="card"><h2>Revoke tokens</h2>
<form class="form" method="post" action="${context.consolePath}/workers/revocations">
${formProblem(form, FIELDS)}
${choiceField(form, { name: 'identity', label: 'Identity', options: identities.map(({ name }) => [name, name] as const) })}
${inputField(form, { name: 'subject', label: 'Subject', hint: 'The sub of the tokens. Left empty: every subject.' })}
${inputField(form, { name: 'issuedBefore', label: 'Issued before', placeholder: context.now.toISOString(), hint: 'After a theft: the time of now, so that new tokens are accepted. Left empty: all tokens, also later ones.' })}
<div class="form-actions"><button type="submit" class="danger">Revoke these tokens</button></div></form></section>`;
}

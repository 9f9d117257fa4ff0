import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { TenantState } from '../read-tenant.ts';
import { confirmedAction, copyable, postButton, timeAgo } from './components.ts';

/** The external ID, its rotation, and those that it had before. */
export function externalIdCard(context: ConsoleContext, state: TenantState, path: string): Html {
  const { tenant, externalIds } = state;
  const { current, successor, retired } = externalIds;
  const canRotate = context.may('connections:manage') && tenant.status === 'active';
  return html`<section class="card" aria-labelledby="external-id-title"><h2 id="external-id-title">External ID</h2>
<p class="prominent">${copyable('external-id', 'external ID', tenant.externalId)}</p>
<p class="muted">${current === null ? 'Retired: it is never issued again.' : html`Issued ${timeAgo(context, current.issuedAt)}. It is not a secret, and nobody can set it.`}</p>
${successor !== null && rotation(context, state, path, canRotate)}
${
  successor === null &&
  canRotate &&
  html`<div class="actions">${confirmedAction(context, {
    path: `${path}/rotation`,
    label: 'Start a rotation',
    explanation:
      'Issues a second external ID. Both work until the rotation is completed; each customer account moves when its role is verified with the new one.',
    confirm: 'Start the rotation',
    isHarmless: true,
  })}</div>`
}
${
  retired.length > 0 &&
  html`<details class="fold"><summary>${retired.length} retired</summary><ul class="plain">${retired.map(({ value, retiredAt }) => html`<li><code>${value}</code> ${retiredAt !== null && html`<span class="muted">${timeAgo(context, retiredAt)}</span>`}</li>`)}</ul></details>`
}</section>`;
}

function rotation(
  context: ConsoleContext,
  { externalIds: { successor, connections } }: TenantState,
  path: string,
  canRotate: boolean,
): Html {
  const { moved, total } = connections;
  return html`<div class="rotation"><h3>Rotation under way ${successor !== null && html`<span class="aside">started ${timeAgo(context, successor.issuedAt)}</span>`}</h3>
<p>Successor: ${copyable('successor', 'successor', successor?.value ?? '')}</p>
<progress aria-label="Connections that moved" max="${Math.max(1, total)}" value="${total === 0 ? 1 : moved}"></progress>
<p>${moved} of ${total} verified connections have moved to it.</p>
${
  canRotate &&
  html`<div class="actions">${moved === total && postButton(context, { path: `${path}/rotation/completion`, label: 'Complete the rotation', kind: 'primary' })}
${confirmedAction(context, {
  path: `${path}/rotation/cancellation`,
  label: 'Cancel the rotation',
  explanation: 'Retires the successor. Connections that moved to it return to the current external ID.',
  confirm: 'Cancel the rotation',
})}</div>`
}</div>`;
}

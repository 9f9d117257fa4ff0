import type { RunningRotation } from '../../fleet/rotations/store.ts';
import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { confirmedAction, pageHead, pager, pill, table, timeAgo } from './components.ts';
import { layout } from './layout.ts';

export function rotationsPage(
  context: ConsoleContext,
  { rotations, nextCursor }: { rotations: readonly RunningRotation[]; nextCursor: string | null },
): Html {
  const canManage = context.may('connections:manage');
  return layout(
    context,
    'Rotations',
    html`${pageHead({
      context,
      title: 'Rotations',
      lead: 'Until a rotation is completed, both external IDs work. A connection moves when its role is verified with the successor.',
    })}
${table({
  label: 'Rotations',
  columns: [
    'Tenant',
    'Progress',
    { label: 'Started', kind: 'minor' },
    ...(canManage ? [{ label: 'Actions', kind: 'actions' as const }] : []),
  ],
  rows: rotations.map((rotation) => [
    html`<a href="${context.consolePath}/tenants/${rotation.tenant.id}">${rotation.tenant.name}</a>${rotation.tenant.reference !== null && html` <span class="muted">${rotation.tenant.reference}</span>`}`,
    progress(rotation),
    timeAgo(context, rotation.startedAt),
    ...(canManage ? [actions(context, rotation)] : []),
  ]),
  empty: html`No rotation is running. ${canManage && html`Start one on the page of a <a href="${context.consolePath}/tenants">tenant</a>.`}`,
})}
${pager(context, nextCursor)}`,
  );
}

function progress({ tenant, connections: { moved, total } }: RunningRotation): Html {
  if (total === 0) return html`<span class="muted">No verified connection</span>`;
  return html`<progress value="${moved}" max="${total}" aria-label="Connections of ${tenant.name} that have moved"></progress> ${moved} of ${total} moved${moved === total && html` ${pill('verified', 'Ready')}`}`;
}

function actions(context: ConsoleContext, rotation: RunningRotation): Html {
  const { id, name } = rotation.tenant;
  const { moved, total } = rotation.connections;
  return html`<div class="row-actions">${
    moved === total &&
    confirmedAction(context, {
      path: `/tenants/${id}/rotation/completion`,
      label: 'Complete',
      explanation: `The current external ID of ${name} is retired for ever. Each role is probed first.`,
      confirm: 'Complete this rotation',
    })
  }${confirmedAction(context, {
    path: `/tenants/${id}/rotation/cancellation`,
    label: 'Cancel',
    explanation: `The successor is retired, and ${name} keeps the current external ID. Each role that has moved is probed first.`,
    confirm: 'Cancel this rotation',
  })}</div>`;
}

import type { ChangeEvent, EventType } from '../../events/event.ts';
import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { type Tone, timeAgo } from './components.ts';

export interface TimelineEntry {
  at: Date;
  tone: Tone;
  title: string;
  /** The account that it concerns; null: the whole tenant, or it is known from the page. */
  account: string | null;
  /** What the customer was told then; null: nothing. */
  explanation: string | null;
}

const REASONS: Partial<Record<string, string>> = {
  external_id_not_enforced: 'the role can be assumed without exactly the external ID',
  not_assumable: 'AWS denies access to the role',
};

const TITLES: Record<EventType, (event: ChangeEvent) => { title: string; tone: Tone }> = {
  'connection.verified': ({ data }) =>
    data.previousStatus === 'verified'
      ? { title: 'Moved to another external ID', tone: 'good' }
      : { title: 'Verified for the first time', tone: 'good' },
  'connection.refused': ({ data }) => ({ title: `Not usable: ${reasonOf(data.reason)}`, tone: 'bad' }),
  'connection.degraded': ({ data }) => ({ title: `Broke: ${reasonOf(data.reason)}`, tone: 'bad' }),
  'connection.recovered': () => ({ title: 'Recovered: workers get credentials again', tone: 'good' }),
  'connection.disabled': () => ({ title: 'Disabled by the vendor', tone: 'neutral' }),
  'connection.enabled': () => ({ title: 'Enabled by the vendor', tone: 'neutral' }),
  'connection.deleted': () => ({ title: 'Deleted', tone: 'neutral' }),
  'rotation.started': () => ({ title: 'A rotation of the external ID was started', tone: 'pending' }),
  'rotation.completed': () => ({ title: 'The rotation was completed', tone: 'good' }),
  'rotation.cancelled': () => ({ title: 'The rotation was canceled', tone: 'neutral' }),
  'tenant.created': () => ({ title: 'Tenant created', tone: 'neutral' }),
  'tenant.suspended': () => ({ title: 'Tenant suspended', tone: 'pending' }),
  'tenant.resumed': () => ({ title: 'Tenant active again', tone: 'good' }),
  'tenant.offboarded': () => ({ title: 'Tenant offboarded', tone: 'neutral' }),
  'broker.failing': () => ({ title: 'The broker failed', tone: 'bad' }),
  'broker.recovered': () => ({ title: 'The broker recovered', tone: 'good' }),
  'connect_link.used': () => ({ title: 'The customer connected a role with a connect link', tone: 'good' }),
  'webhook.disabled': () => ({ title: 'A webhook was disabled', tone: 'bad' }),
};

const reasonOf = (reason: unknown): string => REASONS[String(reason)] ?? 'the verification failed';

/** Says in words what happened. */
export function describeEvent(event: ChangeEvent): TimelineEntry {
  const { title, tone } = TITLES[event.type](event);
  const { explanation, accountId } = event.data;
  return {
    at: event.at,
    tone,
    title,
    account: event.connectionId !== null && typeof accountId === 'string' ? accountId : null,
    explanation: tone === 'bad' && typeof explanation === 'string' ? explanation : null,
  };
}

/** The registration, which is no event of the feed. */
export function registeredEntry({ createdAt, legacy }: { createdAt: Date; legacy: boolean }): TimelineEntry {
  return {
    at: createdAt,
    tone: 'neutral',
    title: legacy ? 'Imported with the role that the customer already had' : 'Registered',
    account: null,
    explanation: null,
  };
}

export function timeline(context: ConsoleContext, entries: readonly TimelineEntry[]): Html {
  if (entries.length === 0) return html`<p class="muted">Nothing has happened yet.</p>`;
  return html`<ol class="timeline">${entries.map(
    ({ at, tone, title, account, explanation }) =>
      html`<li class="${tone}"><p><b>${title}</b> <span class="muted">${account !== null && `account ${account}, `}${timeAgo(context, at)}</span></p>${explanation !== null && html`<details class="fold"><summary>What the customer was told</summary><p class="muted">${explanation}</p></details>`}</li>`,
  )}</ol>`;
}

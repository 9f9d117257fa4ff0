import type { LinkStatus } from '../../connect-links/link.ts';
import { LINK_LIFETIME_SECONDS } from '../../connect-links/link.ts';
import { type Html, html } from '../../lib/html.ts';
import { copyableText, formatTime } from '../../pages/components.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { TenantView } from '../read-tenant.ts';
import { confirmedAction, formTokenField, timeAgo } from './components.ts';

const STATUS_LABELS: Record<LinkStatus, string> = {
  unopened: 'Not opened yet',
  opened: 'Opened',
  used: 'Used',
  expired: 'Expired',
  revoked: 'Revoked',
};

const LIFETIMES = [
  [3600, '1 hour'],
  [LINK_LIFETIME_SECONDS.default, '1 day'],
  [259_200, '3 days'],
  [LINK_LIFETIME_SECONDS.max, '7 days'],
] as const;

/** Links to the hosted page: creating one, and those that there are. Nothing, if the person may not see them. */
export function connectLinks(context: ConsoleContext, view: TenantView, path: string): Html | false {
  const { links, tenant, newLink } = view;
  if (links === null) return false;
  return html`<section class="card" id="links" aria-labelledby="links-title"><h2 id="links-title">Connect links</h2>
${newLink !== null && shownOnce(newLink)}
${tenant.status === 'active' && creation(context, view, path)}
${
  links.length === 0
    ? html`<p class="muted">None yet. The customer connects AWS accounts on the page that a link opens.</p>`
    : html`<ul class="plain links">${links.map(
        ({ id, status, createdAt, expiresAt, profile }) =>
          html`<li><p><b>${STATUS_LABELS[status]}</b> <span class="muted">created ${timeAgo(context, createdAt)}${(status === 'unopened' || status === 'opened') && html`, until ${formatTime(expiresAt)}`}${profile !== null && html`, for ${profile}`}</span></p>
${
  status !== 'revoked' &&
  status !== 'expired' &&
  confirmedAction(context, {
    path: `${path}/connect-links/${id}/revocation`,
    label: 'Revoke',
    explanation:
      'It can no longer be opened. Whoever has it open is signed out, and colleagues whom they invited too.',
    confirm: 'Revoke this link',
  })
}</li>`,
      )}</ul>`
}</section>`;
}

function shownOnce({ url, expiresAt }: NonNullable<TenantView['newLink']>): Html {
  return html`<div class="new-secret" role="status"><p><b>Copy the link now: it is shown only once.</b> Anybody who has it can open it until ${formatTime(expiresAt)}.</p>
${copyableText('new-link', 'Connect link', url)}</div>`;
}

function creation(context: ConsoleContext, { profiles, chosen }: TenantView, path: string): Html {
  const { consolePath } = context;
  return html`<form class="inline-form" method="post" action="${consolePath}${path}/connect-links">${formTokenField(context)}
${
  profiles.length > 0 &&
  html`<div><label for="link-profile">Access profile</label><select id="link-profile" name="profile"><option value="">Default</option>${profiles.map((name) => html`<option value="${name}"${name === chosen.profile && html` selected`}>${name}</option>`)}</select></div>`
}
<div><label for="link-lifetime">Valid for</label><select id="link-lifetime" name="expiresInSeconds">${LIFETIMES.map(([seconds, label]) => html`<option value="${seconds}"${seconds === LINK_LIFETIME_SECONDS.default && html` selected`}>${label}</option>`)}</select></div>
<button type="submit">Create a link</button></form>`;
}

import { type Html, html } from '../../lib/html.ts';

/** What was just done, by the `done` of a page's query. Texts are not taken from the query, where anybody could put one. */
const NOTICES = {
  'link-revoked': 'The connect link was revoked. Nobody can open it any more.',
  'rotation-started': 'The rotation was started. Both external IDs work until it is completed.',
  'rotation-completed': 'The rotation was completed. The old external ID is retired.',
  'rotation-canceled': 'The rotation was canceled. The successor is retired.',
  verified: 'The verification is finished.',
  suspended: 'The tenant is suspended. Its workers get no credentials any more.',
  resumed: 'The tenant is active again.',
  offboarded: 'The tenant was offboarded. Its external IDs are never issued again.',
  disabled: 'The connection is disabled.',
  enabled: 'The connection is enabled, and will be verified at once.',
  created: 'Created.',
  'key-revoked': 'The key was revoked. Every request with it is refused from now on.',
  'webhook-changed': 'The webhook was changed.',
  'webhook-enabled': 'The webhook is enabled. What was pending is sent now.',
  'webhook-disabled': 'The webhook is disabled. Events wait until you enable it.',
  'webhook-deleted': 'The webhook was deleted.',
  'delivery-retried': 'The event is sent again now.',
  'profile-created': 'The profile was created.',
  'profile-changed': 'The profile was changed. It applies to the next credentials that are issued.',
  'profile-deleted': 'The profile was deleted.',
  'tokens-revoked': 'The tokens are rejected from now on.',
  'tokens-restored': 'The revocation was deleted.',
  'session-revoked': 'The session has ended.',
} as const satisfies Record<string, string>;

type Done = keyof typeof NOTICES;

/** The line that says what was just done; nothing on any other page. */
export function doneNotice(done: string | undefined): Html | false {
  if (done === undefined || !Object.hasOwn(NOTICES, done)) return false;
  return html`<p class="done" role="status">${NOTICES[done as Done]}</p>`;
}

import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { layout } from './layout.ts';

/** Shown until the browser has followed the response's `Refresh` to the provider. */
export function signingOutPage(context: ConsoleContext, providerUrl: URL): Html {
  return layout(
    context,
    'Signing out',
    html`<section class="card sign-in"><h1>You are signed out of Countersign</h1>
<p>Your identity provider now ends its own session. <a href="${providerUrl.href}">Continue to ${providerUrl.host}</a></p></section>`,
  );
}

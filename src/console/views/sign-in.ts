import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import { layout } from './layout.ts';

export interface SignInView {
  /** The page to show afterwards, below the console's own path. */
  next: string;
  /** Why the last attempt was refused. */
  problem: string | null;
  /** What has just happened, such as a sign-out. */
  notice: string | null;
  /** Where the vendor's OpenID provider is; null: none is configured. */
  providerHost: string | null;
}

/** How to sign in: by API key in the sandbox, and by the vendor's OIDC provider in production. */
export function signInPage(context: ConsoleContext, view: SignInView): Html {
  const { vendorName, isSandbox } = context;
  const { next, problem, notice, providerHost } = view;
  return layout(
    context,
    'Sign in',
    html`<section class="card sign-in"><p class="product"><span class="product-mark" aria-hidden="true"></span>Countersign</p>
<h1>Sign in</h1><p class="lead">The console of ${vendorName}'s staff.</p>
${notice !== null && html`<p class="note" role="status">${notice}</p>`}
${providerHost !== null && providerButton(context, next, providerHost)}
${isSandbox && keyForm(context, next, problem)}
${!isSandbox && providerHost === null && howToConfigure()}
</section>`,
  );
}

function keyForm({ consolePath }: ConsoleContext, next: string, problem: string | null): Html {
  return html`<form method="post" action="${consolePath}/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="key">API key</label>
<input id="key" name="key" type="password" required autofocus maxlength="8192" autocomplete="off" spellcheck="false" aria-describedby="key-status"${problem !== null && html` aria-invalid="true"`}>
<p id="key-status" class="field-status${problem !== null && ' bad'}" role="status">${problem ?? 'Of role admin, onboarding, support or auditor.'}</p>
<button type="submit">Sign in</button>
</form>`;
}

/** A link, because browsers stop a form that another site redirects (`form-action`). */
function providerButton({ consolePath }: ConsoleContext, next: string, providerHost: string): Html {
  const query = new URLSearchParams({ next });
  return html`<p><a class="button" href="${consolePath}/sign-in/provider?${query.toString()}">Sign in with ${providerHost}</a></p>`;
}

/** It says nothing that a stranger could use. */
function howToConfigure(): Html {
  return html`<p>Nobody can sign in yet: no OpenID provider is configured. Whoever operates Countersign sets</p>
<ul><li><code>COUNTERSIGN_PUBLIC_URL</code></li>
<li><code>COUNTERSIGN_CONSOLE_OIDC_ISSUER</code></li>
<li><code>COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID</code></li>
<li><code>COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET</code></li>
<li><code>COUNTERSIGN_CONSOLE_ROLES_FILE</code></li></ul>
<p><code>docs/console-sign-in.md</code> has the steps. API keys sign in to a sandbox only.</p>`;
}

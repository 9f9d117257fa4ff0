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
}

/** How to sign in: by API key in the sandbox, and by the vendor's OIDC provider in production. */
export function signInPage(context: ConsoleContext, { next, problem, notice }: SignInView): Html {
  const { vendorName, isSandbox } = context;
  return layout(
    context,
    'Sign in',
    html`<section class="card sign-in"><p class="product"><span class="product-mark" aria-hidden="true"></span>Countersign</p>
<h1>Sign in</h1><p class="lead">The console of ${vendorName}'s staff.</p>
${notice !== null && html`<p class="note" role="status">${notice}</p>`}
${isSandbox ? keyForm(context, next, problem) : html`<p>Signing in is not configured. See <code>docs/console.md</code>.</p>`}
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

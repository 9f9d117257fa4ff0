import { type Html, html } from '../../lib/html.ts';
import type { SignInFailure } from '../../staff-identities/complete-sign-in.ts';
import type { ConsoleContext } from '../console-context.ts';
import { layout } from './layout.ts';

interface FailureText {
  title: string;
  text: string;
  /** Whether it may work the next time. */
  canRetry: boolean;
}

const TEXTS: Record<Exclude<SignInFailure['reason'], 'no_role'>, FailureText> = {
  not_started_here: {
    title: 'This sign-in has ended',
    text: 'It was begun in another browser, took more than ten minutes, or was completed before. Begin again from this page.',
    canRetry: true,
  },
  denied_by_provider: {
    title: 'You were not signed in',
    text: 'Your identity provider did not complete the sign-in, or you cancelled it. If it says that you have no access to this application, ask whoever manages the provider.',
    canRetry: true,
  },
  provider_unavailable: {
    title: 'Your identity provider does not respond',
    text: 'Countersign could not reach it, or it has failed. Try again in a minute. The log of Countersign has the reason.',
    canRetry: true,
  },
  invalid_response: {
    title: 'The sign-in could not be verified',
    text: 'What the identity provider sent is not valid for this console, so nobody was signed in. Whoever operates Countersign finds the reason in its log.',
    canRetry: true,
  },
};

/** Why nobody was signed in, and what to do next. It repeats nothing from the address. */
export function signInFailurePage(
  context: ConsoleContext,
  failure: SignInFailure,
  { next, requestId }: { next: string; requestId: string },
): Html {
  const { title, text, canRetry } =
    failure.reason === 'no_role' ? noRole(failure.name) : TEXTS[failure.reason];
  const query = new URLSearchParams({ next });
  return layout(
    context,
    title,
    html`<section class="card sign-in"><h1>${title}</h1><p>${text}</p>
${canRetry && html`<p><a class="button" href="${context.consolePath}/sign-in?${query.toString()}">Sign in again</a></p>`}
<p class="small">Request <code>${requestId}</code></p></section>`,
  );
}

function noRole(name: string): FailureText {
  return {
    title: 'You have no access to this console',
    text: `Your identity provider says that you are ${name}, but no rule gives you a role. Ask whoever operates Countersign to add you to a group that has one.`,
    canRetry: false,
  };
}

import type { Config } from '../../../config/config.ts';
import { systemClock } from '../../../lib/clock.ts';
import { OutboundAgent } from '../../../lib/outbound-agent.ts';
import { createStaffProvider } from '../../../staff-identities/provider.ts';
import { providerFailure } from '../../../staff-identities/provider-failure.ts';
import { newSignInAttempt } from '../../../staff-identities/sign-in-attempt.ts';
import { failed, ok, type Report } from '../check-result.ts';

const CHECK = 'console.provider';

/** Checks that the OpenID provider of the console responds, and is the configured issuer. Without one, there is nothing to check. */
export async function checkConsoleSignIn(
  { consoleSignIn, proxies }: Pick<Config, 'consoleSignIn' | 'proxies'>,
  report: Report,
): Promise<void> {
  if (consoleSignIn === null) return;
  const { issuer } = consoleSignIn;
  const agent = new OutboundAgent(proxies);
  const provider = createStaffProvider(consoleSignIn, { clock: systemClock, agent });
  try {
    await provider.signInUrl(newSignInAttempt('', systemClock.now()), issuer);
    report(ok(CHECK, `the OpenID provider ${issuer} responds`));
  } catch (error) {
    const { message } = providerFailure(error);
    report(
      failed(
        CHECK,
        `the OpenID provider ${issuer} cannot be used: ${message}`,
        `Open ${issuer}/.well-known/openid-configuration from this machine. Its "issuer" must be exactly COUNTERSIGN_CONSOLE_OIDC_ISSUER.`,
      ),
    );
  } finally {
    agent.destroy();
  }
}

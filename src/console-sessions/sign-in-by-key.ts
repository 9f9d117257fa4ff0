import { authenticate } from '../access/authenticate.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../http/problem.ts';
import { isStaffRole } from '../identity/staff-role.ts';
import { consumeRateLimit } from '../rate-limits/store.ts';
import { createConsoleSession } from './create-session.ts';

/** Keys cannot be guessed. The limit keeps the attempts of one address from costing much. */
const MAX_ATTEMPTS_PER_MINUTE = 30;

type SignInDeps = Pick<
  Deps,
  'keys' | 'clock' | 'log' | 'tokenIssuers' | 'isTokenRevoked' | 'database' | 'emulatorUrl'
>;

/**
 * Signs in with an API key, in sandbox mode. Returns the secret for the cookie.
 * @throws Problem `unauthorized`, `forbidden` (a key for programs, or production), `rate_limited`
 */
export async function signInByKey(
  deps: SignInDeps,
  input: { key: string; address: string; requestId: string },
): Promise<string> {
  if (deps.emulatorUrl === null)
    throw new Problem('forbidden', 'API keys sign in to the console in sandbox mode only.');
  await limitAttempts(deps, input.address);
  // Only a key: a token of a worker is no person.
  const { keyId, name, role } = await authenticate({ ...deps, tokenIssuers: new Map() }, input.key);
  if (!isStaffRole(role))
    throw new Problem('forbidden', `A key of role "${role}" is for programs. It cannot sign in here.`);
  return createConsoleSession(deps, {
    person: { subject: keyId, name, method: 'api_key', keyId, role },
    requestId: input.requestId,
  });
}

async function limitAttempts(deps: Pick<Deps, 'database' | 'clock'>, address: string): Promise<void> {
  const { waitSeconds } = await consumeRateLimit(deps.database, {
    tenantId: `address ${address}`,
    action: 'console_sign_in',
    perMinute: MAX_ATTEMPTS_PER_MINUTE,
    now: deps.clock.now(),
  });
  if (waitSeconds > 0)
    throw new Problem('rate_limited', `Too many attempts to sign in. Try again in ${waitSeconds} s.`, {
      retryAfterSeconds: waitSeconds,
    });
}

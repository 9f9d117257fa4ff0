import type { Agent } from 'node:http';
import * as oidc from 'openid-client';
import type { Clock } from '../lib/clock.ts';
import { fetchThroughAgent } from '../lib/fetch-through-agent.ts';
import { singleFlight } from '../lib/single-flight.ts';
import type { RoleRule, StaffClaims } from './role-rule.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';

/** The OpenID provider at which the vendor's staff sign in, and the roles that it gives them. */
export interface StaffProviderSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  scopes: string[];
  rules: RoleRule[];
}

export interface StaffProvider {
  settings: StaffProviderSettings;
  /** The provider's page on which a person signs in. */
  signInUrl(attempt: SignInAttempt, redirectUri: string): Promise<URL>;
  /**
   * Exchanges the authorization code of a callback for verified claims: those of the ID token, and those that only the
   * UserInfo endpoint has (OpenID Connect Core 1.0, section 5.4).
   * @param callbackUrl the redirect URI with the parameters that the provider added
   */
  redeemCode(attempt: SignInAttempt, callbackUrl: URL): Promise<{ claims: StaffClaims; idToken: string }>;
  /**
   * The provider's page that ends the person's session there; null if it has none.
   * @param options.idToken tells the provider whose session it is, so that it need not ask
   */
  signOutUrl(options: { returnUrl: string; idToken: string | null }): Promise<URL | null>;
}

const TIMEOUT_SECONDS = 5;
const MAX_RESPONSE_BYTES = 256 * 1024;
/** So often, changed endpoints and keys of the provider are read again. */
const METADATA_LIFETIME_MS = 10 * 60_000;

/** Connects to the provider when somebody first signs in, so that the service starts while the provider is down. */
export function createStaffProvider(
  settings: StaffProviderSettings,
  deps: { clock: Clock; agent: Agent },
): StaffProvider {
  const discoverOnce = singleFlight<oidc.Configuration>();
  let cached: { configuration: oidc.Configuration; discoveredAt: number } | null = null;

  async function configuration(): Promise<oidc.Configuration> {
    const now = deps.clock.now().getTime();
    if (cached && Math.abs(now - cached.discoveredAt) < METADATA_LIFETIME_MS) return cached.configuration;
    const discovered = await discoverOnce('', () => discover(settings, deps));
    cached = { configuration: discovered, discoveredAt: now };
    return discovered;
  }

  return {
    settings,
    async signInUrl({ state, nonce, codeVerifier }, redirectUri) {
      return oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
    },
    async redeemCode({ state, nonce, codeVerifier }, callbackUrl) {
      const current = await configuration();
      const tokens = await oidc.authorizationCodeGrant(current, callbackUrl, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims || !tokens.id_token) throw new Error('the provider sent no ID token');
      // It identifies the person in the audit log, which could not store it.
      if (!/^\P{Cc}{1,1024}$/u.test(claims.sub) || !claims.sub.isWellFormed())
        throw new Error('the subject of the ID token has control characters or is too long');
      const { userinfo_endpoint: userInfoEndpoint } = current.serverMetadata();
      const userInfo = userInfoEndpoint
        ? await oidc.fetchUserInfo(current, tokens.access_token, claims.sub)
        : {};
      return { claims: { ...userInfo, ...claims }, idToken: tokens.id_token };
    },
    async signOutUrl({ returnUrl, idToken }) {
      const current = await configuration();
      if (!current.serverMetadata().end_session_endpoint) return null;
      return oidc.buildEndSessionUrl(current, {
        post_logout_redirect_uri: returnUrl,
        ...(idToken !== null && { id_token_hint: idToken }),
      });
    },
  };
}

async function discover(
  { issuer, clientId, clientSecret }: StaffProviderSettings,
  { clock, agent }: { clock: Clock; agent: Agent },
): Promise<oidc.Configuration> {
  const metadata = { [oidc.clockSkew]: Math.round((clock.now().getTime() - Date.now()) / 1000) };
  const execute = [oidc.enableNonRepudiationChecks];
  // The configuration allows plain http on loopback, and only in the sandbox.
  if (issuer.startsWith('http:')) execute.push(oidc.allowInsecureRequests);
  const configuration = await oidc.discovery(
    new URL(issuer),
    clientId,
    metadata,
    authenticateWith(clientSecret),
    {
      execute,
      timeout: TIMEOUT_SECONDS,
      [oidc.customFetch]: fetchThroughAgent({ agent, maxBytes: MAX_RESPONSE_BYTES }),
    },
  );
  // The library accepts templates of Entra ID, which stand for every organization that uses it.
  if (configuration.serverMetadata().issuer !== issuer)
    throw new Error('the discovery document names another issuer');
  return configuration;
}

/** The method that the provider supports; without metadata, client_secret_basic (OpenID Connect Discovery 1.0, section 3). */
function authenticateWith(clientSecret: string): oidc.ClientAuth {
  const basic = oidc.ClientSecretBasic(clientSecret);
  const post = oidc.ClientSecretPost(clientSecret);
  return (server, client, body, headers) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = supported.includes('client_secret_basic') ? basic : post;
    return authenticate(server, client, body, headers);
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeJwt,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'countersign-console', secret: 'secret-of-the-client-0123456789' };

type Claims = Record<string, unknown>;

/** A real OpenID provider on loopback, whose page signs the chosen person in without asking. */
export interface StaffProviderFixture {
  issuer: string;
  /** The claims of each person by subject. */
  people: Record<string, Claims>;
  /** Who sits in front of the browser; null: the person cancels. */
  person: string | null;
  /** Changes the ID token, which is signed with the provider's own key, or with another one. */
  forgery: { claims?: (claims: JWTPayload) => JWTPayload; otherKey?: boolean } | null;
  /** If true, the provider answers nothing but errors. */
  isDown: boolean;
  /** The bodies of requests to the token endpoint so far. */
  tokenRequests: number;
  close(): Promise<void>;
}

/** @param consoleUrl the base URL of the service, which is asked for at the first request */
export async function startStaffProvider(consoleUrl: () => string): Promise<StaffProviderFixture> {
  const key = await generateKeyPair('ES256', { extractable: true });
  const otherKey = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(key.privateKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end();
  const server = createServer((request, response) => {
    if (!fixture.isDown) return handle(request, response);
    response.statusCode = 503;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fixture: StaffProviderFixture = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    people: {},
    person: null,
    forgery: null,
    isDown: false,
    tokenRequests: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  let provider: Provider | null = null;
  handle = (request, response) => {
    provider ??= openProvider(fixture, { consoleUrl: consoleUrl(), jwk, keys: [key, otherKey] });
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    void finishInteraction(provider, fixture.person, request, response);
  };
  return fixture;
}

async function finishInteraction(
  provider: Provider,
  person: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const finish = (result: object) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  if (person === null) return finish({ error: 'access_denied', error_description: 'the person cancelled' });
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: person, clientId: params.client_id });
  grant.addOIDCScope('openid email profile groups');
  return finish({ login: { accountId: person }, consent: { grantId: await grant.save() } });
}

function openProvider(
  fixture: StaffProviderFixture,
  {
    consoleUrl,
    jwk,
    keys,
  }: { consoleUrl: string; jwk: JWK; keys: [GenerateKeyPairResult, GenerateKeyPairResult] },
): Provider {
  const provider = new Provider(fixture.issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${consoleUrl}/console/sign-in/callback`],
        post_logout_redirect_uris: [`${consoleUrl}/console/sign-in`],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['key-of-the-cookies'] },
    claims: {
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
    },
    scopes: ['openid', 'email', 'profile', 'groups'],
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: async () => ({ ...fixture.people[accountId], sub: accountId }),
    }),
  });
  provider.use(async (context, next) => {
    await next();
    if (context.path !== '/token') return;
    fixture.tokenRequests++;
    const body = context.body as { id_token?: string };
    const { forgery } = fixture;
    if (!forgery || !body.id_token) return;
    const claims = decodeJwt(body.id_token);
    body.id_token = await new SignJWT(forgery.claims?.(claims) ?? claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .sign((forgery.otherKey ? keys[1] : keys[0]).privateKey);
  });
  return provider;
}

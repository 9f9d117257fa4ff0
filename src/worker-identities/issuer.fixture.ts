import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export interface IssuerKey {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

/** An OIDC issuer on loopback. It serves its discovery document and keys over HTTP, and signs tokens. */
export interface Issuer {
  url: string;
  /** The published keys; tests add and remove keys. */
  keys: IssuerKey[];
  /** The paths of all requests so far. */
  requestedPaths: string[];
  /** If not null, responds to every request in place of the issuer. */
  respondInstead: ((reply: ServerResponse) => void) | null;
  /** Signs a token with the newest key. The given claims and header fields override the defaults. */
  token(claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export async function newIssuerKey(kid: string, alg = 'ES256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export async function startIssuer(now: () => Date, key = 'key-1', alg?: string): Promise<Issuer> {
  const server = createServer((request, reply) => {
    issuer.requestedPaths.push(request.url ?? '');
    if (issuer.respondInstead) return issuer.respondInstead(reply);
    reply.setHeader('content-type', 'application/json');
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
      '/keys': { keys: issuer.keys.map(({ jwk }) => jwk) },
    };
    const document = documents[request.url ?? ''];
    reply.statusCode = document ? 200 : 404;
    reply.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: [await newIssuerKey(key, alg)],
    requestedPaths: [],
    respondInstead: null,
    async token(claims = {}, header = {}) {
      const { kid, alg, privateKey } = issuer.keys.at(-1) as IssuerKey;
      const seconds = Math.floor(now().getTime() / 1000);
      return new SignJWT({
        iss: issuer.url,
        aud: 'countersign',
        sub: 'worker-1',
        iat: seconds,
        exp: seconds + 600,
        ...claims,
      })
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
        .sign(privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}

import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Allows the script and the style sheets of this response in its Content-Security-Policy. */
    cspNonce: string;
  }
}

/** Sets the security headers of a page, and the nonce that allows its script and style sheets. */
export function protectPage(
  request: FastifyRequest,
  reply: FastifyReply,
  frameAncestors: readonly string[],
): void {
  request.cspNonce = randomBytes(16).toString('base64');
  const nonce = request.cspNonce;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ];
  void reply
    .header('content-security-policy', policy.join('; '))
    .header('cache-control', 'no-store')
    // With no-referrer, browsers would send "Origin: null" with the page's own forms.
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cross-origin-resource-policy', 'same-origin');
  if (frameAncestors.length === 0) void reply.header('x-frame-options', 'DENY');
}

/**
 * Stops cross-site request forgery, in addition to the cookie's SameSite attribute. Browsers with Fetch Metadata (W3C)
 * send the relation to the request's initiator; older ones send at least its Origin.
 */
export function assertSameOrigin(request: FastifyRequest, baseUrl: string): void {
  const site = request.headers['sec-fetch-site'];
  const isSameOrigin =
    site !== undefined ? site === 'same-origin' : request.headers.origin === new URL(baseUrl).origin;
  if (!isSameOrigin) {
    throw new Problem(
      'forbidden',
      'This was not sent from the page itself, so nothing was done. Open the page again.',
    );
  }
}

/** Distinguishes a browser that shows the response from the page's script, which accepts JSON. */
export function acceptsHtml(request: FastifyRequest): boolean {
  return !/^application\//.test(request.headers.accept ?? '');
}

export function sendPage(reply: FastifyReply, status: number, page: { markup: string }): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .serializer((text: unknown) => String(text))
    .send(page.markup);
}

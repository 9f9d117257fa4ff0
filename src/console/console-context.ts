import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.ts';
import type { Deps } from '../deps.ts';
import { type Permission, roleMay } from '../identity/permissions.ts';
import type { StaffRole } from '../identity/staff-role.ts';
import { basePathOf } from '../lib/urls.ts';

/** What every view needs besides its own content. */
export interface ConsoleContext {
  /** The path of the console in the browser's URL, such as `/console`, or `/aws/console` behind a proxy. */
  consolePath: string;
  /** The path of this page below it, such as `/tenants`. */
  page: string;
  /** Allows the script and the style sheets of one response in its Content-Security-Policy. */
  nonce: string;
  /** Identifies what a form of this page submits, so that sending it twice does it once. */
  formToken: string;
  vendorName: string;
  isSandbox: boolean;
  /** Who has signed in; null on the page to sign in. */
  person: { name: string; role: StaffRole } | null;
  /** The time of the response. */
  now: Date;
  /** Whether the person may do something: what they may not do is not shown. */
  may(permission: Permission): boolean;
}

export function getConsoleContext(
  {
    config,
    baseUrl,
    clock,
    emulatorUrl,
  }: Pick<Deps, 'baseUrl' | 'clock' | 'emulatorUrl'> & {
    config: Pick<Config, 'vendor'>;
  },
  request: FastifyRequest,
): ConsoleContext {
  const session = request.consoleSession;
  return {
    consolePath: consolePathOf(baseUrl()),
    page: pageOf(request),
    nonce: request.cspNonce,
    formToken: randomBytes(32).toString('base64url'),
    vendorName: config.vendor.name,
    isSandbox: emulatorUrl !== null,
    person: session && { name: session.name, role: session.role },
    now: clock.now(),
    may: (permission) => session !== null && roleMay(session.role, permission),
  };
}

export function consolePathOf(baseUrl: string): string {
  return `${basePathOf(baseUrl)}/console`;
}

/** The path and query of a request below the console's own path. */
export function pageOf({ url }: FastifyRequest): string {
  return url.replace(/^\/console/, '');
}

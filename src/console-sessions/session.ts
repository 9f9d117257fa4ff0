import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../identity/principal.ts';
import type { StaffRole } from '../identity/staff-role.ts';

const IDLE_MINUTES = 30;
export const SESSION_HOURS = 12;

/** How often a session in use is written, so that not every request of a page is an update. */
const TOUCH_INTERVAL_MS = 60_000;

/** A member of the vendor's staff, as the audit log names them. */
export interface Person {
  /** The same for every session of this person. */
  subject: string;
  name: string;
  /** `sandbox_link`: the link that `npm start` prints. */
  method: 'api_key' | 'oidc' | 'sandbox_link';
  /** The API key that the person signed in with; null for other methods. */
  keyId: string | null;
  role: StaffRole;
}

export interface StoredSession extends Person {
  createdAt: Date;
  lastSeenAt: Date;
  endsAt: Date;
}

/** A request of somebody who has signed in. */
export interface ConsoleSession extends StoredSession {
  requestId: string;
}

/** The secret of a session, which only the browser's cookie has: 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The hash is stored and looked up in place of the secret. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** A session ends when it is not used for a while, and after half a day in any case. */
export function endOf(createdAt: Date, lastSeenAt: Date): Date {
  return new Date(
    Math.min(createdAt.getTime() + SESSION_HOURS * 3_600_000, lastSeenAt.getTime() + IDLE_MINUTES * 60_000),
  );
}

export function isTouchDue({ lastSeenAt }: StoredSession, now: Date): boolean {
  return now.getTime() - lastSeenAt.getTime() >= TOUCH_INTERVAL_MS;
}

/**
 * The person as domain operations see them, with the rights of their role. This does not make a session an API key: routes of
 * the API authenticate keys and tokens only.
 */
export function principalOfSession({ subject, name, role, requestId }: ConsoleSession): Principal {
  return {
    keyId: subject,
    name,
    role,
    tenantId: null,
    tenants: [],
    profiles: [],
    isPerson: true,
    requestId,
  };
}

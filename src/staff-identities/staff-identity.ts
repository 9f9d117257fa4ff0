import type { StaffRole } from '../identity/staff-role.ts';
import { deriveId } from '../lib/ids.ts';
import { truncate } from '../lib/truncate.ts';
import { isEmailVerified, type StaffClaims } from './role-rule.ts';

const MAX_NAME_LENGTH = 200;

/** A member of the vendor's staff, as the OpenID provider identified them. */
export interface StaffIdentity {
  /** The same for every sign-in of this person. */
  subject: string;
  name: string;
  role: StaffRole;
}

/** Derived from the provider's subject, which identifies a person for ever. Names and addresses change hands. */
export function staffSubject(issuer: string, { sub }: StaffClaims): string {
  return deriveId('staff', [issuer, sub]);
}

/** The name under which the audit log shows a person: the verified address, or else what the provider calls them. */
export function staffName(claims: StaffClaims): string {
  const names = [
    isEmailVerified(claims) ? claims.email : undefined,
    claims.preferred_username,
    claims.name,
    claims.sub,
  ];
  return names.map(toPlainText).find((name) => name !== '') ?? 'unknown';
}

/** Invisible characters could make one person's name look like another's. */
function toPlainText(claim: unknown): string {
  if (typeof claim !== 'string') return '';
  const text = claim.toWellFormed().replace(/[\p{Cc}\p{Cf}]/gu, '');
  return truncate(text.trim(), MAX_NAME_LENGTH);
}

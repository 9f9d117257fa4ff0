import type { StaffRole } from '../identity/staff-role.ts';

type ClaimValue = string | number | boolean;

/** Gives a role to everybody whose claim has one of these values, or is a list that contains one of them. */
export interface RoleRule {
  claim: string;
  equals: ClaimValue | readonly ClaimValue[];
  role: StaffRole;
}

/** The verified claims of a person. */
export type StaffClaims = Readonly<Record<string, unknown>> & { sub: string };

/** The role of the first rule that matches; null: nobody without a rule may sign in. */
export function roleOf(rules: readonly RoleRule[], claims: StaffClaims): StaffRole | null {
  return rules.find((rule) => matches(rule, claims))?.role ?? null;
}

/** Values are compared exactly, including their type and case. */
function matches({ claim, equals }: RoleRule, claims: StaffClaims): boolean {
  if (!Object.hasOwn(claims, claim)) return false;
  // Some providers let users enter any address: only one that the provider has verified says who somebody is.
  if (claim === 'email' && !isEmailVerified(claims)) return false;
  const value = claims[claim];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const allowed: readonly unknown[] = Array.isArray(equals) ? equals : [equals];
  return values.some((one) => allowed.includes(one));
}

export function isEmailVerified(claims: StaffClaims): boolean {
  return Object.hasOwn(claims, 'email_verified') && claims.email_verified === true;
}

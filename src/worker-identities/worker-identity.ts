import type { Principal } from '../identity/principal.ts';
import { derivedId } from '../lib/ids.ts';

export type ClaimValue = string | number | boolean;

/** What a claim must be: exactly this value, one of these, or an object of whose members the same holds. */
export type ClaimRule = ClaimValue | readonly ClaimValue[] | { readonly [claim: string]: ClaimRule };

/** Which tokens of an issuer are a worker, and what that worker is held to. */
export interface WorkerIdentity {
  name: string;
  issuer: string;
  audience: string;
  /** Where the issuer's keys lie; left out: where its discovery document says. */
  jwksUrl?: string | undefined;
  claims: { readonly [claim: string]: ClaimRule };
  /** How long after it was issued a token is taken, in seconds; left out: as long as it is valid. */
  maxTokenAgeSeconds?: number | undefined;
  tenantIds: 'any' | string[];
  profiles: 'any' | string[];
}

/** Whether a claim is what the rule says. What is not there, or of another type, or only looks alike, is not. */
export function fits(rule: ClaimRule, claim: unknown): boolean {
  if (isList(rule)) return rule.some((one) => one === claim);
  if (typeof rule !== 'object') return rule === claim;
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) return false;
  const members = Object.entries(rule);
  return (
    members.length > 0 &&
    members.every(
      ([name, inner]) => Object.hasOwn(claim, name) && fits(inner, (claim as Record<string, unknown>)[name]),
    )
  );
}

function isList(rule: ClaimRule): rule is readonly ClaimValue[] {
  return Array.isArray(rule);
}

/**
 * Whether an issuer's token with these claims is this worker. Its audience is exactly the configured one: a token that
 * is meant for somebody else too could be sent here by them.
 */
export function admits(identity: WorkerIdentity, claims: Record<string, unknown>): boolean {
  const { iss, aud } = claims;
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  return iss === identity.issuer && audience === identity.audience && fits(identity.claims, claims);
}

/** The worker that an admitted token stands for: a worker, whatever the token says. */
export function toPrincipal(identity: WorkerIdentity, subject: string): Principal {
  const { issuer, name } = identity;
  return {
    keyId: derivedId('identity', [issuer, subject, name]),
    name,
    role: 'worker',
    tenantId: null,
    tenants: identity.tenantIds,
    profiles: identity.profiles,
    oidc: { issuer, subject },
  };
}

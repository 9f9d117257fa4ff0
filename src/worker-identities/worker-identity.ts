import type { Identity } from '../identity/principal.ts';
import { deriveId } from '../lib/ids.ts';
import { isObject } from '../lib/is-object.ts';

type ClaimValue = string | number | boolean;

/** The required value of a claim: one value, a list of allowed values, or an object of rules for its members. */
export type ClaimRule = ClaimValue | readonly ClaimValue[] | { readonly [claim: string]: ClaimRule };

/** A worker that authenticates with tokens of an OIDC issuer: the tokens it matches, and the limits of the worker. */
export interface WorkerIdentity {
  name: string;
  issuer: string;
  audience: string;
  /** The URL of the issuer's keys; if omitted, the issuer's discovery document names it. */
  jwksUrl?: string | undefined;
  claims: { readonly [claim: string]: ClaimRule };
  /** The maximum time since a token was issued; if omitted, only its expiry limits it. */
  maxTokenAgeSeconds?: number | undefined;
  tenantIds: 'any' | string[];
  profiles: 'any' | string[];
}

/** Returns whether a claim satisfies a rule. Values are compared exactly, including their type. */
export function matchesRule(rule: ClaimRule, claim: unknown): boolean {
  if (isList(rule)) return rule.some((value) => value === claim);
  if (typeof rule !== 'object') return rule === claim;
  if (!isObject(claim)) return false;
  const members = Object.entries(rule);
  return (
    members.length > 0 &&
    members.every(([name, memberRule]) => Object.hasOwn(claim, name) && matchesRule(memberRule, claim[name]))
  );
}

function isList(rule: ClaimRule): rule is readonly ClaimValue[] {
  return Array.isArray(rule);
}

/**
 * Returns whether verified claims match a worker identity. The configured audience must be the only one: another
 * recipient of a token with several audiences could present it here.
 */
export function matchesIdentity(identity: WorkerIdentity, claims: Record<string, unknown>): boolean {
  const { iss, aud } = claims;
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  return iss === identity.issuer && audience === identity.audience && matchesRule(identity.claims, claims);
}

/** Returns the principal of a matching token. Its role and limits come from configuration, never from the token. */
export function toPrincipal(identity: WorkerIdentity, subject: string): Identity {
  const { issuer, name } = identity;
  return {
    keyId: deriveId('identity', [issuer, subject, name]),
    name,
    role: 'worker',
    tenantId: null,
    tenants: identity.tenantIds,
    profiles: identity.profiles,
    oidc: { issuer, subject },
  };
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { profileName, tenantId } from '../http/schemas.ts';
import { isObject } from '../lib/is-object.ts';
import { hasDuplicateKeys } from '../lib/json-keys.ts';
import { isTrustedSourceUrl } from '../lib/urls.ts';
import type { ClaimRule, WorkerIdentity } from './worker-identity.ts';

const EMPTY_RULE = 'must not be empty: an empty rule matches nothing';

const claimValue = z.union([z.string().min(1, EMPTY_RULE), z.number(), z.boolean()]);
const claimRule: z.ZodType<ClaimRule> = z.lazy(() =>
  z.union(
    [
      claimValue,
      z.array(claimValue).min(1, EMPTY_RULE),
      z.record(z.string().min(1), claimRule).refine((members) => Object.keys(members).length > 0, EMPTY_RULE),
    ],
    { error: 'must be a value, a list of values, or an object whose values are rules' },
  ),
);

/** An attacker on the network could replace keys that are fetched over plain http. */
const trustedUrl = z
  .string('must be an https URL')
  .max(1024)
  .refine((text) => isTrustedSourceUrl(text), 'must be an https URL (http on loopback only)');

const anyOrListOf = (item: z.ZodType<string>, itemName: string) =>
  z.union([z.literal('any'), z.array(item).min(1, 'must not be empty: use "any" to set no limit')], {
    error: `must be "any" or a list of ${itemName}`,
  });

const workerIdentity = z.strictObject({
  name: z
    .string()
    .regex(/^[\w .:@/-]{1,100}$/, 'must have 1 to 100 letters, digits, spaces or any of _.:@/-'),
  issuer: trustedUrl.refine((text) => !text.includes('?'), 'must be a URL without a query'),
  audience: z.string('must be a string').min(1, 'must not be empty').max(1000),
  jwksUrl: trustedUrl.optional(),
  claims: z
    .record(z.string().min(1), claimRule, { error: 'must be an object of claims' })
    .refine(
      (claims) => Object.keys(claims).length > 0,
      'must name at least one claim: otherwise every token of the issuer would match',
    )
    .refine(
      (claims) => !Object.hasOwn(claims, 'iss') && !Object.hasOwn(claims, 'aud'),
      'must not contain iss or aud: use issuer and audience',
    ),
  maxTokenAgeSeconds: z
    .number('must be a number of seconds')
    .int('must be a whole number')
    .min(60, 'must be 60 or more')
    .max(86_400, 'must be 86400 or less')
    .optional(),
  tenantIds: anyOrListOf(tenantId, 'tenant IDs (tenant_…)'),
  profiles: anyOrListOf(profileName, 'names of access profiles'),
});

/**
 * Parses a JSON list of worker identities.
 * @returns the identities, or all problems, each with its entry and key
 */
export function parseWorkerIdentities(
  text: string,
): { identities: WorkerIdentity[]; problems: [] } | { identities: []; problems: string[] } {
  const invalid = (...problems: string[]) => ({ identities: [] as [], problems });
  let json: unknown;
  try {
    json = JSON.parse(text, (key, value) => {
      if (key === '__proto__') throw new Error('__proto__ is not allowed as a key');
      return value;
    });
  } catch (error) {
    return invalid(`must be JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (hasDuplicateKeys(text))
    return invalid('contains an object with a duplicate key, whose first value would be ignored');
  const parsed = z.array(workerIdentity, { error: 'must be a list of worker identities' }).safeParse(json);
  if (!parsed.success) return invalid(...parsed.error.issues.map((issue) => formatIssue(issue, json)));
  const conflicts = findConflicts(parsed.data);
  return conflicts.length > 0 ? invalid(...conflicts) : { identities: parsed.data, problems: [] };
}

function formatIssue(issue: z.core.$ZodIssue, json: unknown): string {
  const [index, ...path] = issue.path;
  if (typeof index !== 'number') return issue.message;
  const item: unknown = Array.isArray(json) ? json[index] : undefined;
  const name = isObject(item) ? item.name : undefined;
  const entry = `entry ${index + 1}${typeof name === 'string' ? ` ("${name.slice(0, 100)}")` : ''}`;
  return path.length > 0 ? `${entry}, ${path.join('.')}: ${issue.message}` : `${entry}: ${issue.message}`;
}

function findConflicts(identities: WorkerIdentity[]): string[] {
  const problems: string[] = [];
  for (const [i, identity] of identities.entries()) {
    const earlier = identities.slice(0, i);
    if (earlier.some((other) => other.name === identity.name)) {
      problems.push(`entry ${i + 1} ("${identity.name}"): an earlier entry has the same name`);
    }
    if (earlier.some((other) => other.issuer === identity.issuer && other.jwksUrl !== identity.jwksUrl)) {
      problems.push(
        `entry ${i + 1} ("${identity.name}"): an earlier entry has another jwksUrl for the same issuer`,
      );
    }
  }
  return problems;
}

/** Reads the file of worker identities and appends its problems to `problems`. Without a file there are none. */
export function readWorkerIdentities(file: string | undefined, problems: string[]): WorkerIdentity[] {
  if (file === undefined) return [];
  const variable = 'COUNTERSIGN_WORKER_IDENTITIES_FILE';
  try {
    const parsed = parseWorkerIdentities(readFileSync(file, 'utf8'));
    problems.push(...parsed.problems.map((problem) => `${variable} ${problem}`));
    return parsed.identities;
  } catch (error) {
    problems.push(`${variable} cannot be read: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

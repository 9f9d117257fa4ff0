import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { profileName, tenantId } from '../http/schemas.ts';
import { hasDuplicateMembers } from '../lib/json-members.ts';
import { isSourceUrl } from '../lib/urls.ts';
import type { ClaimRule, WorkerIdentity } from './worker-identity.ts';

const EMPTY = 'must not be empty: an empty rule would fit nothing';

const value = z.union([z.string().min(1, EMPTY), z.number(), z.boolean()]);
const rule: z.ZodType<ClaimRule> = z.lazy(() =>
  z.union(
    [
      value,
      z.array(value).min(1, EMPTY),
      z.record(z.string().min(1), rule).refine((members) => Object.keys(members).length > 0, EMPTY),
    ],
    { error: 'must be a value, a list of values, or an object of such rules' },
  ),
);

/** Keys that came over plain http could be anybody's. */
const trustedUrl = z
  .string('must be an https URL')
  .max(1024)
  .refine((text) => isSourceUrl(text), 'must be an https URL (http on loopback only)');

const anyOr = (item: z.ZodType<string>, what: string) =>
  z.union([z.literal('any'), z.array(item).min(1, 'must not be empty: say "any" if you mean it')], {
    error: `must be "any" or a list of ${what}`,
  });

const workerIdentity = z.strictObject({
  name: z
    .string()
    .regex(/^[\w .:@/-]{1,100}$/, 'must have 1 to 100 letters, digits, spaces or any of _.:@/-'),
  issuer: trustedUrl.refine((text) => !text.includes('?'), 'must be a URL without a query'),
  audience: z.string('must be a text').min(1, 'must not be empty').max(1000),
  jwksUrl: trustedUrl.optional(),
  claims: z
    .record(z.string().min(1), rule, { error: 'must be an object of claims' })
    .refine(
      (claims) => Object.keys(claims).length > 0,
      'must name a claim: a rule without one would admit everybody',
    )
    .refine(
      (claims) => !Object.hasOwn(claims, 'iss') && !Object.hasOwn(claims, 'aud'),
      'iss and aud are said by issuer and audience',
    ),
  maxTokenAgeSeconds: z
    .number('must be a number of seconds')
    .int('must be a whole number')
    .min(60, 'must be 60 or more')
    .max(86_400, 'must be 86400 or less')
    .optional(),
  tenantIds: anyOr(tenantId, 'tenant IDs (tenant_…)'),
  profiles: anyOr(profileName, 'names of access profiles'),
});

/**
 * Reads the list of worker identities.
 * @returns the identities, or every problem with its entry and member
 */
export function parseWorkerIdentities(
  text: string,
): { identities: WorkerIdentity[]; problems: [] } | { identities: []; problems: string[] } {
  const failed = (...problems: string[]) => ({ identities: [] as [], problems });
  let json: unknown;
  try {
    json = JSON.parse(text, (key, value) => {
      if (key === '__proto__') throw new Error('a member cannot be called __proto__');
      return value;
    });
  } catch (error) {
    return failed(`must be JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (hasDuplicateMembers(text))
    return failed('names a member twice in one object; the first would be ignored');
  const parsed = z.array(workerIdentity, { error: 'must be a list of worker identities' }).safeParse(json);
  if (!parsed.success) return failed(...parsed.error.issues.map((issue) => lineOf(issue, json)));
  const clashes = contradictions(parsed.data);
  return clashes.length > 0 ? failed(...clashes) : { identities: parsed.data, problems: [] };
}

function lineOf(issue: z.core.$ZodIssue, json: unknown): string {
  const [index, ...path] = issue.path;
  if (typeof index !== 'number') return issue.message;
  const name = (json as { name?: unknown }[])[index]?.name;
  const entry = `entry ${index + 1}${typeof name === 'string' ? ` ("${name.slice(0, 100)}")` : ''}`;
  return path.length > 0 ? `${entry}, ${path.join('.')}: ${issue.message}` : `${entry}: ${issue.message}`;
}

function contradictions(identities: WorkerIdentity[]): string[] {
  const problems: string[] = [];
  for (const [i, identity] of identities.entries()) {
    const earlier = identities.slice(0, i);
    if (earlier.some((one) => one.name === identity.name)) {
      problems.push(`entry ${i + 1} ("${identity.name}"): an earlier entry has the same name`);
    }
    if (earlier.some((one) => one.issuer === identity.issuer && one.jwksUrl !== identity.jwksUrl)) {
      problems.push(
        `entry ${i + 1} ("${identity.name}"): an earlier entry names other keys (jwksUrl) for its issuer`,
      );
    }
  }
  return problems;
}

/** The same from a file, at start; what is wrong with it goes to `problems`. Unset: none. */
export function readWorkerIdentities(file: string | undefined, problems: string[]): WorkerIdentity[] {
  if (file === undefined) return [];
  const at = 'COUNTERSIGN_WORKER_IDENTITIES_FILE';
  try {
    const read = parseWorkerIdentities(readFileSync(file, 'utf8'));
    problems.push(...read.problems.map((problem) => `${at} ${problem}`));
    return read.identities;
  } catch (error) {
    problems.push(`${at} cannot be read: ${error instanceof Error ? error.message : error}`);
    return [];
  }
}

import type { InvalidInput } from '../http/problem.ts';
import { invalidRequest } from '../http/problem.ts';
import { findPolicyErrors } from './policy-document.ts';
import { type Policy, type ProfileSettings, serializePolicy } from './profile.ts';

/**
 * What AWS takes (IAM User Guide, "IAM and AWS STS quotas"; STS API reference, AssumeRole). Managed policies: the default
 * quota of a role. Inline policies: all of a role together, white space not counted. STS also packs policies and tags
 * into a binary form with a limit of its own, which nobody but STS can compute.
 */
export const LIMITS = {
  managedPolicies: 10,
  inlinePolicyCharacters: 10_240,
  sessionPolicyArns: 10,
  sessionCharacters: 2_048,
} as const;

const POLICY_ARN = /^arn:([a-z-]+):iam::(\d{12}|aws):policy\/[\x21-\x7e]+$/;

/** Refuses a profile that AWS would not take. @throws Problem `validation_failed`, each limit by its name */
export function assertWithinLimits(profile: ProfileSettings, partition: string): void {
  const problems = findProfileErrors(profile, partition);
  if (problems.length > 0) throw invalidRequest(problems);
}

/** What keeps a profile from being saved. @param partition that customers' roles lie in */
export function findProfileErrors(profile: ProfileSettings, partition: string): InvalidInput[] {
  return [
    ...arnProblems('managedPolicyArns', profile.managedPolicyArns, partition),
    ...arnProblems('sessionPolicyArns', profile.sessionPolicyArns, partition),
    ...(profile.inlinePolicy === null ? [] : findPolicyErrors(profile.inlinePolicy, 'inlinePolicy')),
    ...(profile.sessionPolicy === null ? [] : findPolicyErrors(profile.sessionPolicy, 'sessionPolicy')),
    ...sizeProblems(profile),
  ];
}

function arnProblems(path: string, arns: readonly string[], partition: string): InvalidInput[] {
  const problems = arns.flatMap((arn, index) =>
    POLICY_ARN.exec(arn)?.[1] === partition
      ? []
      : [
          {
            path: `${path}.${index}`,
            message: `must be the ARN of a managed policy, like arn:${partition}:iam::aws:policy/ReadOnlyAccess`,
          },
        ],
  );
  return new Set(arns).size < arns.length
    ? [...problems, { path, message: 'must not name a policy twice' }]
    : problems;
}

function sizeProblems(profile: ProfileSettings): InvalidInput[] {
  const problems: InvalidInput[] = [];
  const { managedPolicyArns, inlinePolicy, sessionPolicy, sessionPolicyArns } = profile;
  const check = (holds: boolean, path: string, message: string): void => {
    if (!holds) problems.push({ path, message });
  };
  check(
    managedPolicyArns.length <= LIMITS.managedPolicies,
    'managedPolicyArns',
    `names ${managedPolicyArns.length} policies; IAM attaches ${LIMITS.managedPolicies} to a role by its default quota`,
  );
  const inline = sizeOf(inlinePolicy, (text) => text.replace(/\s/g, ''));
  check(
    inline <= LIMITS.inlinePolicyCharacters,
    'inlinePolicy',
    `has ${inline} characters without white space; IAM takes ${LIMITS.inlinePolicyCharacters} for the inline policies of a role`,
  );
  check(
    sessionPolicyArns.length <= LIMITS.sessionPolicyArns,
    'sessionPolicyArns',
    `names ${sessionPolicyArns.length} policies; STS takes ${LIMITS.sessionPolicyArns} for a session`,
  );
  const session = sizeOf(sessionPolicy) + sessionPolicyArns.join('').length;
  check(
    session <= LIMITS.sessionCharacters,
    sessionPolicy === null ? 'sessionPolicyArns' : 'sessionPolicy',
    `sessionPolicy and sessionPolicyArns have ${session} characters together; STS takes ${LIMITS.sessionCharacters}`,
  );
  return problems;
}

function sizeOf(policy: Policy | null, count: (text: string) => string = (text) => text): number {
  return policy === null ? 0 : count(serializePolicy(policy)).length;
}

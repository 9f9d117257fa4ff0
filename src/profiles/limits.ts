import type { BrokerSettings } from '../broker/broker-settings.ts';
import { passedOnAttributes } from '../broker/session-attributes.ts';
import type { InvalidInput } from '../http/problem.ts';
import { invalidRequest } from '../http/problem.ts';
import { findPolicyErrors } from './policy-document.ts';
import { type Policy, type ProfileSettings, serializePolicy } from './profile.ts';

/**
 * Limits of AWS (IAM User Guide, "IAM and AWS STS quotas"; STS API reference, AssumeRole). The limit for managed policies
 * is the default quota of a role; the one for inline policies does not count white space. STS also limits the packed size
 * of policies and tags, which only STS can compute.
 */
export const LIMITS = {
  managedPolicies: 10,
  inlinePolicyCharacters: 10_240,
  sessionPolicyArns: 10,
  sessionCharacters: 2_048,
} as const;

export const POLICY_ARN = /^arn:([a-z-]+):iam::([0-9]{12}|aws):policy\/[!-~]+$/;

/**
 * @param brokers the vendor's brokers, the main one first
 * @throws Problem `validation_failed` that names each limit of AWS which the profile exceeds
 */
export function assertWithinLimits(profile: ProfileSettings, brokers: readonly BrokerSettings[]): void {
  const errors = findProfileErrors(
    profile,
    brokers.map(({ partition }) => partition),
  );
  if (errors.length > 0) throw invalidRequest(errors);
}

/**
 * AWS lets no session replace the source identity of the session that opens it (IAM User Guide, "Monitor and control
 * actions taken with assumed roles"), so a profile cannot set one if the broker's session has one.
 * @throws Problem `validation_failed`
 */
export function assertSourceIdentityAllowed(
  settings: Partial<ProfileSettings>,
  brokers: readonly BrokerSettings[],
): void {
  const isPassedOn = brokers.some((broker) => passedOnAttributes(broker.sessionAttributes).sourceIdentity);
  if (!settings.sourceIdentity || !isPassedOn) return;
  throw invalidRequest([
    {
      path: 'sourceIdentity',
      message:
        "must be false, because the broker's own session has a source identity, which AWS does not let a profile replace (COUNTERSIGN_BROKER_SESSION_ATTRIBUTES)",
    },
  ]);
}

/** @param partitions the partitions of the customers' roles, the main one first */
export function findProfileErrors(profile: ProfileSettings, partitions: readonly string[]): InvalidInput[] {
  return [
    ...findArnErrors('managedPolicyArns', profile.managedPolicyArns, partitions),
    ...findArnErrors('sessionPolicyArns', profile.sessionPolicyArns, partitions),
    ...(profile.inlinePolicy === null ? [] : findPolicyErrors(profile.inlinePolicy, 'inlinePolicy')),
    ...(profile.sessionPolicy === null ? [] : findPolicyErrors(profile.sessionPolicy, 'sessionPolicy')),
    ...findSizeErrors(profile),
  ];
}

function findArnErrors(path: string, arns: readonly string[], partitions: readonly string[]): InvalidInput[] {
  const errors = arns.flatMap((arn, index) =>
    partitions.includes(POLICY_ARN.exec(arn)?.[1] ?? '')
      ? []
      : [
          {
            path: `${path}.${index}`,
            message: `must be the ARN of a managed policy, like arn:${partitions[0]}:iam::aws:policy/ReadOnlyAccess`,
          },
        ],
  );
  return new Set(arns).size < arns.length
    ? [...errors, { path, message: 'must not name a policy twice' }]
    : errors;
}

function findSizeErrors(profile: ProfileSettings): InvalidInput[] {
  const errors: InvalidInput[] = [];
  const { managedPolicyArns, inlinePolicy, sessionPolicy, sessionPolicyArns } = profile;
  const check = (isWithinLimit: boolean, path: string, message: string): void => {
    if (!isWithinLimit) errors.push({ path, message });
  };
  check(
    managedPolicyArns.length <= LIMITS.managedPolicies,
    'managedPolicyArns',
    `names ${managedPolicyArns.length} policies; the default quota of IAM is ${LIMITS.managedPolicies} for a role`,
  );
  const inline = sizeOf(inlinePolicy, (text) => text.replace(/\s/g, ''));
  check(
    inline <= LIMITS.inlinePolicyCharacters,
    'inlinePolicy',
    `has ${inline} characters without white space; IAM allows ${LIMITS.inlinePolicyCharacters} for the inline policies of a role`,
  );
  check(
    sessionPolicyArns.length <= LIMITS.sessionPolicyArns,
    'sessionPolicyArns',
    `names ${sessionPolicyArns.length} policies; STS allows ${LIMITS.sessionPolicyArns} for a session`,
  );
  const session = sizeOf(sessionPolicy) + sessionPolicyArns.join('').length;
  check(
    session <= LIMITS.sessionCharacters,
    sessionPolicy === null ? 'sessionPolicyArns' : 'sessionPolicy',
    `sessionPolicy and sessionPolicyArns have ${session} characters together; STS allows ${LIMITS.sessionCharacters}`,
  );
  return errors;
}

function sizeOf(policy: Policy | null, count: (text: string) => string = (text) => text): number {
  return policy === null ? 0 : count(serializePolicy(policy)).length;
}

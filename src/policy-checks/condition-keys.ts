import { editDistance } from '../lib/edit-distance.ts';
import type { PossibleValues } from '../trust-policy/conditions/request-context.ts';

export const isExternalIdKey = ({ key }: { key: string }): boolean => key.toLowerCase() === 'sts:externalid';

/** Whether a condition key is probably a misspelling of `sts:ExternalId`. */
export function isExternalIdKeyTypo(key: string): boolean {
  const lowerCase = key.toLowerCase();
  if (lowerCase === 'sts:externalid' || key.length > 40) return false;
  const letters = lowerCase.replace(/[^a-z]/g, '');
  return letters.endsWith('externalid') || editDistance(lowerCase, 'sts:externalid') <= 2;
}

/** Keys that tell whose identity the caller is. A statement for everyone that tests one of them is for those callers. */
const CALLER_KEY =
  /^aws:(principal(arn|account|orgid|orgpaths|type|isawsservice|servicename)|source(arn|account|orgid|orgpaths)|userid|username)$/i;

export const isCallerKey = ({ key }: { key: string }): boolean => CALLER_KEY.test(key);

const ANYTHING: PossibleValues = { patterns: ['*'], mayBeAbsent: false };
const ANYTHING_OR_ABSENT: PossibleValues = { patterns: ['*'], mayBeAbsent: true };
/** Stands for the organization of the caller, which is not the customer's: no policy names it. */
const OTHER_ORGANIZATION: PossibleValues = { patterns: ['o-other-organization'], mayBeAbsent: true };

/** Keys that only requests by AWS services and federated users have, and those that no request of a role session has. */
const NEVER_PRESENT =
  /^(aws:(source(arn|account|org\w*)|principalservicename\w*|calledvia\w*|multifactorauthage|referer)$|(?!aws:|sts:|ec2:|ecs:|eks:|lambda:|glue:|codebuild:|iam:))/;

/** The part of the configuration that decides what the vendor's requests contain. */
export interface RequestFacts {
  /** The addresses that the broker's calls come from; empty: not known. */
  egressCidrs: readonly string[];
  /** Whether the access profile or the broker's session has session tags, and whether the session has a source identity. */
  hasSessionTags: boolean;
  passesOnSourceIdentity: boolean;
}

/**
 * What is known of a condition key of the vendor's requests beside the values that follow from the caller and the time
 * (AWS global condition context keys; IAM and AWS STS condition context keys).
 */
export function possibleValuesOf(key: string, facts: RequestFacts): PossibleValues | undefined {
  if (NEVER_PRESENT.test(key) || isExternalIdKeyTypo(key)) return undefined;
  if (/^aws:principalorg(id|paths)$/.test(key)) return OTHER_ORGANIZATION;
  switch (key) {
    case 'aws:sourceip':
      return facts.egressCidrs.length > 0
        ? { patterns: facts.egressCidrs, mayBeAbsent: false }
        : ANYTHING_OR_ABSENT;
    case 'aws:multifactorauthpresent':
      // Nobody enters a code for a service. Sessions of a role have the key, long-term credentials do not.
      return { patterns: ['false'], mayBeAbsent: true };
    case 'aws:sourceidentity':
    case 'sts:sourceidentity':
      return facts.passesOnSourceIdentity ? ANYTHING : ANYTHING_OR_ABSENT;
    case 'sts:rolesessionname':
    case 'aws:useragent':
      return ANYTHING;
    case 'sts:transitivetagkeys':
    case 'aws:tagkeys':
      return facts.hasSessionTags ? ANYTHING_OR_ABSENT : undefined;
    default:
      return key.startsWith('aws:requesttag/') && !facts.hasSessionTags ? undefined : ANYTHING_OR_ABSENT;
  }
}

/** What is known of a condition key of a request by somebody who has no relation to the vendor or the customer. */
export function possibleValuesOfStranger(key: string): PossibleValues | undefined {
  if (NEVER_PRESENT.test(key) || isExternalIdKeyTypo(key)) return undefined;
  return /^aws:principalorg(id|paths)$/.test(key) ? OTHER_ORGANIZATION : ANYTHING_OR_ABSENT;
}

/** The condition keys with a known value that each of the vendor's requests has, whichever identity sends it. */
export function knownKeysAt(now: Date, region: string): Record<string, string> {
  return {
    'aws:CurrentTime': now.toISOString().replace(/\.\d{3}/, ''),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  };
}

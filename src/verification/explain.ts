import type { AttributeAction, RequiredAttributes } from '../broker/session-attributes.ts';
import {
  type Check,
  isNegativeProbe,
  NEGATIVE_PROBE_DESCRIPTIONS,
  type NegativeProbe,
  type Outcome,
  type ProbeFailure,
  type ProfileCheck,
} from '../connections/verification.ts';

/** The usual cause in a trust policy when AWS allows a negative probe, and its fix. */
const LIKELY_CAUSES: Record<NegativeProbe, string> = {
  missing:
    'A statement has no condition on sts:ExternalId, or one that is also true if no external ID is sent (an operator that ends in IfExists, ForAllValues:, StringNotEquals, Null). Use StringEquals.',
  wrong:
    'The condition matches other external IDs: StringLike with "*", a policy variable, or Null. Use StringEquals with your external ID.',
  case_changed: 'The condition ignores case (StringEqualsIgnoreCase). Use StringEquals.',
  extended:
    'The condition matches a pattern, such as StringLike with "*" or "?". Use StringEquals with exactly your external ID.',
};

interface ExplanationContext {
  vendorName: string;
  roleArn: string;
  /** The tenant's current external ID and its successor; the one to use first comes first. */
  externalIds: readonly string[];
  rotating: boolean;
  /** The role was imported, and never verified with an external ID that was issued here. */
  isLegacy: boolean;
  /** The attributes that the broker's own session passes on to the role, which has to allow them. */
  passedOn: RequiredAttributes;
  profileCheck: ProfileCheck | null;
  /** Why an inconclusive verification has no outcome. */
  failure: ProbeFailure | null;
}

interface Explanation {
  explanation: string;
  nextSteps: string[];
}

const SESSION_ATTRIBUTES: { kind: keyof RequiredAttributes; label: string; action: AttributeAction }[] = [
  { kind: 'sessionTags', label: 'session tags', action: 'sts:TagSession' },
  { kind: 'sourceIdentity', label: 'a source identity', action: 'sts:SetSourceIdentity' },
];

const VERIFY_AGAIN = 'Then verify again. A change in IAM can take a minute to take effect.';
const NOTHING_TO_CHANGE = 'Verify again in a moment. You do not need to change the role.';

/**
 * Explains an outcome to the customer and lists the next steps. It never quotes STS, whose messages name the vendor's
 * principal and reveal whether the role exists.
 */
export function explainOutcome(
  outcome: Outcome,
  checks: readonly Check[],
  context: ExplanationContext,
): Explanation {
  switch (outcome) {
    case 'verified':
      return explainVerified(context);
    case 'external_id_not_enforced':
      return explainNotEnforced(checks, context);
    case 'not_assumable':
      return explainNotAssumable(context);
    case 'inconclusive':
      return explainInconclusive(context);
  }
}

const FAILURE_EXPLANATIONS: Record<ProbeFailure, string> = {
  broker_failing:
    'The AWS identity of this service does not work at the moment, so the role could not be tested. This is not caused by your role or your account.',
  clock_wrong:
    'AWS rejected the calls because the clock of this service is wrong, so the role could not be tested. This is not caused by your role or your account.',
  throttled: 'AWS is throttling the calls of this service, so the role could not be tested completely.',
  budget_exhausted:
    'This service has made as many calls to AWS as it allows itself at the moment, so the role could not be tested completely.',
  region_disabled:
    'Your account has not enabled the AWS Region in which this service calls AWS STS, so the role could not be tested.',
  unavailable: 'AWS did not answer all calls, so the role could not be tested completely.',
};

/** Trouble of the vendor or of AWS. Only a disabled Region is something that the customer can change. */
function explainInconclusive({ vendorName, roleArn, failure }: ExplanationContext): Explanation {
  return {
    explanation: `It is not known whether the role ${roleArn} is safe. ${FAILURE_EXPLANATIONS[failure ?? 'unavailable']}`,
    nextSteps:
      failure === 'region_disabled'
        ? [
            `Enable STS in that Region (IAM console, Account settings), or ask ${vendorName} to call STS of another Region.`,
            'Then verify again.',
          ]
        : [NOTHING_TO_CHANGE],
  };
}

function explainVerified(context: ExplanationContext): Explanation {
  const { roleArn } = context;
  const { explanation, nextSteps } = explainProfileCheck(context);
  return {
    explanation: `AWS allowed access to the role ${roleArn} with your external ID, and denied it without an external ID, with another one, with yours in upper case and with yours followed by another character. ${explanation}`,
    nextSteps,
  };
}

function explainNotEnforced(
  checks: readonly Check[],
  { vendorName, roleArn, externalIds }: ExplanationContext,
): Explanation {
  const allowed = checks
    .filter(({ observed }) => observed === 'allowed')
    .map(({ probe }) => probe)
    .filter(isNegativeProbe);
  const descriptions = allowed.map((probe) => NEGATIVE_PROBE_DESCRIPTIONS[probe]);
  const [first, ...others] = externalIds.map((id) => `"${id}"`);
  const value = others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
  return {
    explanation: `The role's trust policy does not enforce your external ID: AWS also allowed access to the role ${roleArn} ${descriptions.join(', ')}. Somebody else could use the role through ${vendorName}, so it is not used. The credentials from this verification were discarded at once.`,
    nextSteps: [
      ...selectCauses(allowed).map((probe) => LIKELY_CAUSES[probe]),
      `In every statement of the role's trust policy that allows the account of ${vendorName}, use exactly this condition: "StringEquals": {"sts:ExternalId": ${value}}.`,
      VERIFY_AGAIN,
    ],
  };
}

/**
 * Selects the causes worth explaining. A policy that allows another ID mostly also allows your ID in upper case or with
 * another character, and one that needs no ID has no condition to explain.
 */
function selectCauses(allowed: readonly NegativeProbe[]): readonly NegativeProbe[] {
  if (!allowed.includes('wrong')) return allowed;
  return allowed.includes('missing') ? ['missing'] : ['wrong'];
}

function explainNotAssumable(context: ExplanationContext): Explanation {
  const { vendorName, roleArn, externalIds, rotating, isLegacy, passedOn } = context;
  const ids = externalIds.map((id) => `"${id}"`).join(' or ');
  const attributes = SESSION_ATTRIBUTES.filter(({ kind }) => passedOn[kind]);
  return {
    explanation: `AWS denied access to the role ${roleArn} with your external ID ${ids}. AWS gives the same answer if the role does not exist, does not trust the account of ${vendorName}, or requires another external ID.`,
    nextSteps: [
      ...(isLegacy
        ? [
            `If the trust policy of this role still has the external ID that was used before, replace it by ${ids}: only this one is used for you from now on.`,
          ]
        : []),
      `Check that the role ${roleArn} exists, with exactly this account, path and name.`,
      `Check that its trust policy is the one in your setup instructions: the account of ${vendorName} as principal, the action sts:AssumeRole, and sts:ExternalId equal to ${ids}.`,
      ...attributes.map(
        ({ label, action }) =>
          `Check that its trust policy also allows the action ${action}, as the one in your setup instructions does. The session of ${vendorName} in AWS has ${label}, which AWS carries over to your role, and without this action AWS denies access even with the correct external ID.`,
      ),
      ...(rotating
        ? [
            'Your external ID is being rotated: the trust policy may list both external IDs, as the one in your setup instructions does.',
          ]
        : []),
      'If you have just created or changed the role, wait a minute and verify again.',
      'If your organization has service control policies, check that none of them denies sts:AssumeRole.',
    ],
  };
}

/** Explains what a verified role lacks for its access profile. */
function explainProfileCheck({ vendorName, profileCheck: check, passedOn }: ExplanationContext): Explanation {
  if (check === null) return { explanation: 'The role is ready to use.', nextSteps: [] };
  if (check.sourceIdentity === 'denied' && passedOn.sourceIdentity) {
    return {
      explanation: `But the access profile "${check.profile}" cannot be used: the session of ${vendorName} in AWS has a source identity, and AWS does not let the profile replace it. This is not caused by your role.`,
      nextSteps: [
        `Ask ${vendorName} to turn off the source identity of the access profile "${check.profile}". You do not need to change the role.`,
      ],
    };
  }
  const denied = SESSION_ATTRIBUTES.filter(({ kind }) => check[kind] === 'denied');
  if (denied.length > 0) {
    const labels = denied.map(({ label }) => label).join(' and ');
    const actions = denied.map(({ action }) => action).join(' and ');
    return {
      explanation: `But AWS denied sessions with ${labels}, which the access profile "${check.profile}" uses to show in your CloudTrail logs who worked in your account. The role cannot be used with this profile until it allows them.`,
      nextSteps: [
        `In the statement of the role's trust policy that allows the account of ${vendorName}, add ${actions} beside sts:AssumeRole, as in the setup instructions for the access profile "${check.profile}".`,
        VERIFY_AGAIN,
      ],
    };
  }
  if (SESSION_ATTRIBUTES.some(({ kind }) => check[kind] === 'unknown')) {
    return {
      explanation: `AWS did not answer whether the role allows the session tags or the source identity of the access profile "${check.profile}".`,
      nextSteps: [NOTHING_TO_CHANGE],
    };
  }
  const labels = SESSION_ATTRIBUTES.filter(({ kind }) => check[kind] !== null).map(({ label }) => label);
  return {
    explanation: `It also allows ${labels.join(' and ')}, which the access profile "${check.profile}" uses. The role is ready to use.`,
    nextSteps: [],
  };
}

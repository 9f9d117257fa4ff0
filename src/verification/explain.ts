import type { Check, Outcome, Probe, ProfileCheck } from '../connections/verification.ts';

/** How each admitted wrong ID is said, and what in a trust policy usually lets it in. */
const LEAKS: Record<Exclude<Probe, 'correct'>, { what: string; why: string }> = {
  missing: {
    what: 'without any external ID',
    why: 'A statement has no condition on sts:ExternalId, or one that also holds when no ID is sent (an operator that ends in IfExists, ForAllValues:, StringNotEquals, Null). Use StringEquals.',
  },
  wrong: {
    what: 'with an external ID that was made up',
    why: 'The condition matches any ID: StringLike with "*", a policy variable, or Null. Use StringEquals with your ID.',
  },
  case_changed: {
    what: 'with your external ID in upper case',
    why: 'The condition ignores case (StringEqualsIgnoreCase). Use StringEquals.',
  },
  extended: {
    what: 'with your external ID and a further character',
    why: 'The condition matches a pattern, such as StringLike with "*" or "?". Use StringEquals with exactly your ID.',
  },
};

export interface Subject {
  roleArn: string;
  /** The tenant's own IDs that are in force, the one to use first. */
  externalIds: readonly string[];
  rotating: boolean;
  /** What the connection's profile marks sessions with, and whether the role admits it. */
  profileCheck: ProfileCheck | null;
}

const MARKS: [kind: 'sessionTags' | 'sourceIdentity', what: string, action: string][] = [
  ['sessionTags', 'tags', 'sts:TagSession'],
  ['sourceIdentity', 'a source identity', 'sts:SetSourceIdentity'],
];

/** What a role that enforces the external ID lacks for its profile; the connection is verified, the profile waits. */
function explainSessionAttributes(check: ProfileCheck | null): { explanation: string; nextSteps: string[] } {
  if (check === null) return { explanation: ' It is ready to use.', nextSteps: [] };
  const denied = MARKS.filter(([kind]) => check[kind] === 'denied');
  if (denied.length > 0) {
    const what = denied.map(([, what]) => what).join(' and ');
    const actions = denied.map(([, , action]) => action).join(' and ');
    return {
      explanation: ` But it does not let us put ${what} on our sessions, which the access profile "${check.profile}" does so that your logs name who worked. Until it does, nothing is done with this profile.`,
      nextSteps: [
        `Add ${actions} beside sts:AssumeRole in the statement of the role's trust policy that admits us, as in the policy that you were given for the profile "${check.profile}".`,
        'Then check again. A change in IAM takes some seconds to work.',
      ],
    };
  }
  if (MARKS.some(([kind]) => check[kind] === 'unknown')) {
    return {
      explanation: ` AWS did not say whether it also admits what the access profile "${check.profile}" marks our sessions with.`,
      nextSteps: ['Check again in a moment. Nothing about your role has to change.'],
    };
  }
  return {
    explanation: ` It also admits what the access profile "${check.profile}" marks our sessions with. It is ready to use.`,
    nextSteps: [],
  };
}

/** A policy that admits a made-up ID admits every other too, and one that admits none has no use for its pattern. */
function likelyCauses(leaks: readonly Check[]): string[] {
  const leaking = leaks.map(({ probe }) => probe as keyof typeof LEAKS);
  const first = (['missing', 'wrong'] as const).find((probe) => leaking.includes(probe));
  const causes = leaking.includes('wrong') && first !== undefined ? [first] : leaking;
  return causes.map((probe) => LEAKS[probe].why);
}

/**
 * The explanation and next steps of an outcome, for the customer: about this role and this tenant's ID, and never a
 * word of what STS said, which names the vendor's principal and hints at whether the role exists.
 */
export function explain(
  outcome: Outcome,
  checks: readonly Check[],
  subject: Subject,
): { explanation: string; nextSteps: string[] } {
  const { roleArn } = subject;
  const ids = subject.externalIds.map((id) => `"${id}"`).join(' and ');
  switch (outcome) {
    case 'verified': {
      const { explanation, nextSteps } = explainSessionAttributes(subject.profileCheck);
      return {
        explanation: `The role ${roleArn} admits us with your external ID, and denied us with none, with a made-up one, in another case and with a further character.${explanation}`,
        nextSteps,
      };
    }
    case 'external_id_not_enforced': {
      const leaks = checks.filter((check) => check.probe !== 'correct' && check.observed === 'allowed');
      const told = leaks.map((check) => LEAKS[check.probe as keyof typeof LEAKS]);
      return {
        explanation: `The role ${roleArn} also opens ${told.map((leak) => leak.what).join(', ')}. Anybody who can make us name this role could get into your account, so it is not used. The access that these checks were given was dropped at once.`,
        nextSteps: [
          ...likelyCauses(leaks),
          `In every statement of the role's trust policy that admits us, the condition must be exactly: "StringEquals": {"sts:ExternalId": ${subject.externalIds.length > 1 ? `[${subject.externalIds.map((id) => `"${id}"`).join(', ')}]` : ids}}.`,
          'Then check again. A change in IAM takes some seconds to work.',
        ],
      };
    }
    case 'not_assumable':
      return {
        explanation: `AWS did not let us into the role ${roleArn} with your external ID ${ids}. AWS gives the same answer whether the role is missing, does not trust us, or demands another external ID.`,
        nextSteps: [
          `Check that the role ${roleArn} exists, with exactly this account, path and name.`,
          `Check that its trust policy is the one that you were given: our account as principal, the action sts:AssumeRole, and sts:ExternalId equal to ${ids}.`,
          ...(subject.rotating
            ? [
                'Your external ID is being replaced: the trust policy may list both IDs, as the policy that you were given does.',
              ]
            : []),
          'If you created or changed the role just now, wait a minute and check again.',
          'If your organization has service control policies, check that none denies sts:AssumeRole.',
        ],
      };
    case 'inconclusive':
      return {
        explanation: `AWS did not answer every question about the role ${roleArn}, so nothing is known yet, neither good nor bad.`,
        nextSteps: ['Check again in a moment. Nothing about your role has to change.'],
      };
  }
}

import type { AttributeAction, RequiredAttributes } from '../broker/session-attributes.ts';
import {
  type Check,
  isNegativeProbe,
  type NegativeProbe,
  type Outcome,
  type ProbeFailure,
  type ProfileCheck,
  type Verification,
} from '../connections/verification.ts';
import { formatMessage, type Message } from '../lib/message.ts';
import { EXPLANATION_TEXTS, explanation as message } from './explanation-texts.ts';

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

type Messages = NonNullable<Verification['messages']>;

const SESSION_ATTRIBUTES: { kind: keyof RequiredAttributes; label: Message; action: AttributeAction }[] = [
  { kind: 'sessionTags', label: message('term.sessionTags'), action: 'sts:TagSession' },
  { kind: 'sourceIdentity', label: message('term.sourceIdentity'), action: 'sts:SetSourceIdentity' },
];

/**
 * Explains an outcome to the customer and lists the next steps. It never quotes STS, whose messages name the vendor's
 * principal and reveal whether the role exists.
 */
export function explainOutcome(
  outcome: Outcome,
  checks: readonly Check[],
  context: ExplanationContext,
): Required<Pick<Verification, 'explanation' | 'nextSteps' | 'messages'>> {
  const messages = selectMessages(outcome, checks, context);
  const toEnglish = (one: Message): string => formatMessage(EXPLANATION_TEXTS, one);
  return {
    explanation: messages.explanation.map(toEnglish).join(' '),
    nextSteps: messages.nextSteps.map(toEnglish),
    messages,
  };
}

function selectMessages(outcome: Outcome, checks: readonly Check[], context: ExplanationContext): Messages {
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

/** Trouble of the vendor or of AWS. Only a disabled Region is something that the customer can change. */
function explainInconclusive({ vendorName, roleArn, failure }: ExplanationContext): Messages {
  return {
    explanation: [
      message('verification.inconclusive', { role: roleArn }),
      message(`failure.${failure ?? 'unavailable'}`),
    ],
    nextSteps:
      failure === 'region_disabled'
        ? [message('step.enableRegion', { vendor: vendorName }), message('step.thenVerify')]
        : [message('step.nothingToChange')],
  };
}

function explainVerified(context: ExplanationContext): Messages {
  const { explanation, nextSteps } = explainProfileCheck(context);
  return {
    explanation: [message('verification.verified', { role: context.roleArn }), ...explanation],
    nextSteps,
  };
}

function explainNotEnforced(
  checks: readonly Check[],
  { vendorName: vendor, roleArn: role, externalIds }: ExplanationContext,
): Messages {
  const allowed = checks
    .filter(({ observed }) => observed === 'allowed')
    .map(({ probe }) => probe)
    .filter(isNegativeProbe);
  const probes = allowed.map((probe) => message(`term.${probe}`));
  const [first, ...others] = externalIds.map((id) => `"${id}"`);
  const value = others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
  const condition = `"StringEquals": {"sts:ExternalId": ${value}}`;
  return {
    explanation: [message('verification.notEnforced', { role, vendor, probes })],
    nextSteps: [
      ...selectCauses(allowed).map((probe) => message(`cause.${probe}`)),
      message('step.condition', { vendor, condition }),
      message('step.verifyAgain'),
    ],
  };
}

/**
 * Selects the causes worth explaining. A policy that allows another ID mostly also allows your ID in upper case or with
 * other characters, and one that needs no ID has no condition to explain.
 */
function selectCauses(allowed: readonly NegativeProbe[]): readonly NegativeProbe[] {
  if (!allowed.includes('wrong')) return allowed;
  return allowed.includes('missing') ? ['missing'] : ['wrong'];
}

function explainNotAssumable(context: ExplanationContext): Messages {
  const { vendorName: vendor, roleArn: role, rotating, isLegacy, passedOn } = context;
  const [first = '', second] = context.externalIds;
  const ids =
    second === undefined ? message('term.oneId', { first }) : message('term.twoIds', { first, second });
  const attributes = SESSION_ATTRIBUTES.filter(({ kind }) => passedOn[kind]);
  return {
    explanation: [message('verification.notAssumable', { role, vendor, ids })],
    nextSteps: [
      ...(isLegacy ? [message('step.replaceLegacyId', { ids })] : []),
      message('step.roleExists', { role }),
      message('step.policyFromKit', { vendor, ids }),
      ...attributes.map(({ label, action }) =>
        message('step.allowAction', { vendor, action, attribute: label }),
      ),
      ...(rotating ? [message('step.bothIds')] : []),
      message('step.wait'),
      message('step.serviceControlPolicies'),
    ],
  };
}

/** Explains what a verified role lacks for its access profile. */
function explainProfileCheck({
  vendorName: vendor,
  profileCheck: check,
  passedOn,
}: ExplanationContext): Messages {
  if (check === null) return { explanation: [message('verification.ready')], nextSteps: [] };
  const { profile } = check;
  if (check.sourceIdentity === 'denied' && passedOn.sourceIdentity) {
    return {
      explanation: [message('verification.sourceIdentityFixed', { vendor, profile })],
      nextSteps: [message('step.turnOffSourceIdentity', { vendor, profile })],
    };
  }
  const denied = SESSION_ATTRIBUTES.filter(({ kind }) => check[kind] === 'denied');
  if (denied.length > 0) {
    const attributes = denied.map(({ label }) => label);
    const actions = denied.map(({ action }) => action);
    return {
      explanation: [message('verification.attributesDenied', { attributes, profile })],
      nextSteps: [message('step.addActions', { vendor, actions, profile }), message('step.verifyAgain')],
    };
  }
  if (SESSION_ATTRIBUTES.some(({ kind }) => check[kind] === 'unknown')) {
    return {
      explanation: [message('verification.attributesUnknown', { profile })],
      nextSteps: [message('step.nothingToChange')],
    };
  }
  const attributes = SESSION_ATTRIBUTES.filter(({ kind }) => check[kind] !== null).map(({ label }) => label);
  return { explanation: [message('verification.attributesAllowed', { attributes, profile })], nextSteps: [] };
}

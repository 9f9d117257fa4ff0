import type { BrokerIdentity } from '../../../../broker/broker-identity.ts';
import type { BrokerSettings, Witness } from '../../../../broker/broker-settings.ts';

interface Denial {
  /** The text of STS. */
  text: string;
  canary: Witness;
  identity: BrokerIdentity;
  settings: BrokerSettings;
  /** Verified roles of customers that were tried as well. */
  others: { allowed: number; denied: number };
}

interface Explanation {
  message: string;
  fix: string;
}

/** For cross-account calls, STS often names no policy. Where it does, the kind of policy decides the next step. */
const NAMED_POLICIES: readonly [text: RegExp, fix: string][] = [
  [
    /service control policy/,
    'Change the service control policy of the organization that denies sts:AssumeRole.',
  ],
  [
    /resource control policy/,
    'Change the resource control policy of the organization that denies sts:AssumeRole.',
  ],
  [/permissions boundary/, 'Allow sts:AssumeRole in the permissions boundary of the broker role.'],
  [/session policy/, "Allow sts:AssumeRole in the session policy of the broker's own session."],
  [/VPC endpoint policy/, 'Allow sts:AssumeRole in the policy of the VPC endpoint for STS.'],
  [
    /identity-based policy/,
    'Allow sts:AssumeRole on the canary role in the identity policy of the broker: "countersign vendor-setup" prints it.',
  ],
  [
    /resource-based policy/,
    'Correct the trust policy of the canary role: "countersign vendor-setup" prints it.',
  ],
];

/**
 * Decides where to look when AWS denies the canary role. AWS gives one and the same answer for a broker without permission,
 * a trust policy that does not allow it, another external ID and a missing role, unless its text names more.
 */
export function explainDenial(denial: Denial): Explanation {
  const { text, canary, others } = denial;
  const message = `AWS denies the canary role ${canary.roleArn} (${text})`;
  const action = /not authorized to perform: (sts:\w+)/.exec(text)?.[1];
  if (action === 'sts:TagSession' || action === 'sts:SetSourceIdentity') return ofAttributes(denial, action);
  const named = NAMED_POLICIES.find(([policy]) => policy.test(text));
  if (named) return { message, fix: named[1] };
  if (others.allowed > 0) {
    return {
      message: `${message}, but allows a verified role of a customer: the identity policy of the broker works`,
      fix: `Look at the canary role. ${trustPolicyFix(denial)}`,
    };
  }
  if (others.denied > 0) {
    return {
      message: `${message}, and denies ${others.denied} verified roles of customers too`,
      fix: `Look at the broker. ${identityPolicyFix(denial)}`,
    };
  }
  return {
    message,
    fix: `1. Identity policy: ${identityPolicyFix(denial)} 2. Trust policy: ${trustPolicyFix(denial)}`,
  };
}

function ofAttributes({ canary, settings }: Denial, action: string): Explanation {
  const attribute = action === 'sts:TagSession' ? 'transitive session tags' : 'a source identity';
  const value = action === 'sts:TagSession' ? 'tags' : 'source-identity';
  return {
    message: `the session of the broker carries ${attribute} into every role, but the canary role ${canary.roleArn} does not allow ${action}`,
    fix: `Allow ${action} in the trust policy of the canary role, and set COUNTERSIGN_BROKER_SESSION_ATTRIBUTES to ${value} or both (now ${settings.sessionAttributes}), so that the setup kit of customers allows it too. Or run the broker without ${attribute}.`,
  };
}

function identityPolicyFix({ identity, canary }: Denial): string {
  return `the ${identity.type} ${identity.name} must be allowed sts:AssumeRole on ${canary.roleArn} and the roles of customers ("countersign vendor-setup" prints the policy), and no service control policy or permissions boundary may deny it.`;
}

function trustPolicyFix({ identity, canary }: Denial): string {
  return `${canary.roleArn} must exist, must trust account ${identity.accountId} (if it tests aws:PrincipalArn, then for the ${identity.type} ${identity.name}), and its condition on sts:ExternalId must have the value of COUNTERSIGN_CANARY_EXTERNAL_ID.`;
}

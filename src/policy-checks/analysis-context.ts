import type { Statement } from '../trust-policy/trust-policy.ts';
import { isUnknownOffline } from './classify-statement.ts';
import type { DenyCheck, ProbeExternalIds, StatementSet } from './evaluate-probes.ts';
import type { Findings } from './finding.ts';
import type { StatementEntry } from './policy-document.ts';
import type { PolicyRequirements } from './requirements.ts';

/** The inputs that the searches for unsafe statements share. */
export interface AnalysisContext {
  /** Policy variables are resolved only in Version 2012-10-17. */
  supportsVariables: boolean;
  requirements: PolicyRequirements;
  probeExternalIds: ProbeExternalIds;
  /** Whether the vendor can assume the role with the correct external ID. */
  isVendorAllowed: boolean;
  /** Evaluates the Deny statements of the suggested policy, which no longer deny the vendor. */
  isDenied: DenyCheck;
  findings: Findings;
}

export const statementLabel = ({ index }: StatementEntry): string =>
  index === 0 ? 'This statement' : `Statement ${index + 1}`;

/**
 * Removes the conditions that cannot be evaluated offline, so that they count as met. An unsafe statement must not look
 * safe because of a condition such as the caller's IP address, which does not replace an external ID.
 */
export const withoutUnknownConditions = (
  statement: Statement,
  requirements: PolicyRequirements,
): Statement => ({
  ...statement,
  conditions: statement.conditions.filter((condition) => !isUnknownOffline(condition, requirements)),
});

/** The statement as a policy of its own. */
export const toStatementSet = (
  statement: Statement,
  { supportsVariables }: Pick<AnalysisContext, 'supportsVariables'>,
): StatementSet => ({
  version: supportsVariables ? '2012-10-17' : '2008-10-17',
  statements: [statement],
});

import { principalMatches } from '../trust-policy/principal.ts';
import { toStatementSet } from './analysis-context.ts';
import {
  isExternalIdKey,
  isExternalIdKeyTypo,
  isInVendorAccount,
  meetsCondition,
} from './classify-statement.ts';
import {
  type DenyCheck,
  isAllowed,
  NEGATIVE_PROBES,
  type ProbeExternalIds,
  type RoleRequest,
} from './evaluate-probes.ts';
import { allowsUnrelatedAccounts } from './find-unsafe-allows.ts';
import { fromList, isObject, type JsonObject, mapEntries, toList } from './json-values.ts';
import { parseStatement, type StatementEntry } from './policy-document.ts';
import {
  externalIdsValue,
  type PolicyRequirements,
  setupKitStatement,
  vendorPrincipal,
  vendorRootArn,
} from './requirements.ts';

export interface RepairAllowContext {
  requirements: PolicyRequirements;
  supportsVariables: boolean;
  /** Evaluates the Deny statements of the suggested policy. */
  isDenied: DenyCheck;
  /** The requests of the probes, for each external ID. */
  probeExternalIds: readonly ProbeExternalIds[];
  /** Whether to test candidates with small changes; if not, the setup kit's statement is used at once. */
  testsCandidates: boolean;
  /** Whether the grammar was the only problem, and is already repaired. */
  hasOnlySyntaxErrors: boolean;
}

interface RepairedAllow {
  /** The unchanged statement for the other principals; null if there are none. */
  forOthers: JsonObject | null;
  forVendor: JsonObject;
}

/**
 * Repairs a statement for the vendor so that it allows the vendor with the correct external ID, and nobody else. Of the
 * candidates that pass the evaluator the one with the fewest changes is used, else the setup kit's statement.
 */
export function repairAllow(entry: StatementEntry, context: RepairAllowContext): RepairedAllow {
  const { requirements, supportsVariables, testsCandidates, hasOnlySyntaxErrors } = context;
  const json = entry.usable?.json ?? {};
  if (testsCandidates && hasOnlySyntaxErrors && isSafe(json, entry, context))
    return { forOthers: null, forVendor: json };
  const { vendorPrincipals, forOthers } = splitPrincipals(json, requirements);
  const base =
    forOthers === null ? json : mapEntries(json, (key, value) => (key === 'Sid' ? undefined : [key, value]));
  const candidates = testsCandidates ? repairCandidates(base, vendorPrincipals, entry, context) : [];
  const repaired = candidates.find((candidate) => isSafe(candidate, entry, context));
  const fromSetupKit = {
    ...('Sid' in base && { Sid: base.Sid }),
    ...setupKitStatement(requirements, supportsVariables),
  };
  return { forOthers, forVendor: repaired ?? fromSetupKit };
}

/** Every combination of the possible repairs, ordered by how much they change. */
function repairCandidates(
  base: JsonObject,
  vendorPrincipals: unknown,
  entry: StatementEntry,
  { requirements, supportsVariables }: RepairAllowContext,
): JsonObject[] {
  const root = { AWS: vendorRootArn(requirements) };
  const withIds = withExternalIds(base.Condition, requirements);
  const withIdsAndMet = withoutUnmetConditions(withIds, entry, requirements, supportsVariables);
  const principals = vendorPrincipals === undefined ? [root] : [vendorPrincipals, root];
  return principals.flatMap((Principal) =>
    [base.Action, requiredActions(base, requirements)].flatMap((Action) =>
      [withIds, withIdsAndMet].map((Condition) => {
        const { NotAction: _, ...withoutNotAction } = base;
        const action = Action === undefined ? { NotAction: base.NotAction } : { Action };
        return { ...(Action === undefined ? base : withoutNotAction), Principal, ...action, Condition };
      }),
    ),
  );
}

/** Separates the vendor's principals, and the statement for the others. */
function splitPrincipals(
  json: JsonObject,
  requirements: PolicyRequirements,
): { vendorPrincipals: unknown; forOthers: JsonObject | null } {
  const { Principal: principal } = json;
  if (!isObject(principal)) return { vendorPrincipals: principal, forOthers: null };
  const awsPrincipals = 'AWS' in principal ? toList(principal.AWS) : [];
  const intended = awsPrincipals.filter((value) => isIntendedForVendor(value, requirements));
  if (intended.length === 0) return { vendorPrincipals: undefined, forOthers: null };
  const matching = intended.filter((value) => matchesVendor(value, requirements));
  const others = awsPrincipals.filter((value) => !intended.includes(value));
  const Principal = mapEntries(principal, (type, values) => {
    if (type !== 'AWS') return [type, values];
    return others.length === 0 ? undefined : [type, fromList(others)];
  });
  return {
    vendorPrincipals: matching.length === 0 ? undefined : { AWS: fromList(matching) },
    forOthers: Object.keys(Principal).length === 0 ? null : { ...json, Principal },
  };
}

const isIntendedForVendor = (value: unknown, requirements: PolicyRequirements): boolean =>
  matchesVendor(value, requirements) || isInVendorAccount(String(value), requirements);

function matchesVendor(value: unknown, requirements: PolicyRequirements): boolean {
  const entry = { type: 'AWS' as const, value: String(value), path: '' };
  return principalMatches({ negated: false, entries: [entry] }, vendorPrincipal(requirements)) === true;
}

/** Sets exactly the required external IDs, in an existing `StringEquals` if there is one. */
function withExternalIds(condition: unknown, requirements: PolicyRequirements): JsonObject {
  const isStringEquals = (name: string) => name.toLowerCase() === 'stringequals';
  const blocks = mapEntries(isObject(condition) ? condition : {}, (name, block) => {
    const keys = mapEntries(isObject(block) ? block : {}, (key, value) => {
      if (!isExternalIdKey({ key }) && !isExternalIdKeyTypo(key)) return [key, value];
      return isStringEquals(name) ? ['sts:ExternalId', externalIdsValue(requirements)] : undefined;
    });
    return Object.keys(keys).length === 0 ? undefined : [name, keys];
  });
  const name = Object.keys(blocks).find(isStringEquals) ?? 'StringEquals';
  const existing = blocks[name] as JsonObject | undefined;
  return { ...blocks, [name]: { ...existing, 'sts:ExternalId': externalIdsValue(requirements) } };
}

/** Removes the conditions that the vendor's requests do not meet. */
function withoutUnmetConditions(
  condition: JsonObject,
  entry: StatementEntry,
  requirements: PolicyRequirements,
  supportsVariables: boolean,
): JsonObject {
  const [externalId] = requirements.externalIds;
  return mapEntries(condition, (name, block) => {
    const metKeys = mapEntries(block as JsonObject, (key, value) => {
      const statement = {
        Effect: 'Allow',
        Principal: '*',
        Action: 'sts:AssumeRole',
        Condition: { [name]: { [key]: value } },
      };
      const parsed = parseStatement(statement, entry.index, entry.path);
      const [only] = 'statement' in parsed ? parsed.statement.conditions : [];
      const isMet = only && meetsCondition(only, requirements, externalId, supportsVariables);
      return isMet ? [key, value] : undefined;
    });
    return Object.keys(metKeys).length === 0 ? undefined : [name, metKeys];
  });
}

/** The actions that the profile requires, and any other session actions that the statement already allows. */
function requiredActions(json: JsonObject, requirements: PolicyRequirements): unknown {
  const existing = toList(json.Action ?? []).filter(
    (action) => typeof action === 'string' && /^sts:(TagSession|SetSourceIdentity|SetContext)$/i.test(action),
  );
  const existingNames = new Set(existing.map((action) => String(action).toLowerCase()));
  const missing = requirements.sessionActions.filter((action) => !existingNames.has(action.toLowerCase()));
  return fromList(['sts:AssumeRole', ...existing, ...missing]);
}

/** Whether the statement, together with the Deny statements, allows the vendor with each correct external ID only. */
function isSafe(json: JsonObject, entry: StatementEntry, context: RepairAllowContext): boolean {
  const { requirements, isDenied, probeExternalIds } = context;
  const parsed = parseStatement(json, entry.index, entry.path);
  if (!('statement' in parsed) || parsed.statement.effect !== 'Allow') return false;
  const set = toStatementSet(parsed.statement, context);
  const actions = ['sts:AssumeRole', ...requirements.sessionActions];
  const allows = (request: RoleRequest): boolean =>
    !isDenied(request) && isAllowed(set, requirements, request);
  return (
    probeExternalIds.every(
      (externalIds) =>
        actions.every((action) => allows({ externalId: externalIds.correct, action })) &&
        NEGATIVE_PROBES.every((probe) => !allows({ externalId: externalIds[probe] })),
    ) && !allowsUnrelatedAccounts(set, isDenied, requirements)
  );
}

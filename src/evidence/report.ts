import { z } from 'zod';
import { timestamp } from '../http/schemas.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { VERSION } from '../version.ts';
import type { Facts } from './facts.ts';
import { type EvidenceDeps, gatherFacts } from './gather-facts.ts';
import { CONNECTION_RULES } from './rules/connection-rules.ts';
import { EXTERNAL_ID_RULES } from './rules/external-id-rules.ts';
import { REQUIREMENTS, type Requirement } from './rules/requirements.ts';
import { type Assessment, list, type Rule } from './rules/rule.ts';
import { SERVICE_RULES } from './rules/service-rules.ts';

const RULES: readonly Rule[] = [...EXTERNAL_ID_RULES, ...CONNECTION_RULES, ...SERVICE_RULES].sort(
  (one, other) => one.number - other.number,
);

const assessment = {
  title: z.string(),
  holds: z
    .boolean()
    .nullable()
    .meta({ description: 'null: unknown, because a running installation cannot show it; see `reason`.' }),
  reason: z.string().meta({ description: 'Why it holds, does not hold, or is unknown.' }),
  facts: z
    .array(z.object({ name: z.string(), value: z.string() }).meta({ id: 'EvidenceFact' }))
    .meta({ description: 'The facts behind it, read from the running installation for this report.' }),
};

const EXAMPLE = {
  version: 1 as const,
  at: '2026-11-26T12:00:00.000Z',
  service: { version: '1.0.0', vendorName: 'Example Ltd', vendorAccountId: '999988887777', isSandbox: false },
  summary: { hold: 1, doNotHold: 0, unknown: 0 },
  requirements: [
    {
      id: 'CAA-005',
      title: 'Ensure that all external IDs are unique',
      rules: [2],
      holds: true,
      reason: 'Rule 2 holds.',
      facts: [],
    },
  ],
  rules: [
    {
      number: 2,
      title: 'One external ID, one tenant, for ever, retired IDs included',
      holds: true,
      reason: 'A unique index covers all IDs ever issued, and triggers keep every row as it was issued.',
      facts: [{ name: 'external IDs ever issued', value: '1244' }],
    },
  ],
  publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
  signature: 'iAvZ1o8cT1Zk3pEzJ1mYd2cVQ0Jk5mG7q0v1z2u3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L9M0N1O2P3Q4R5Sw==',
};

export const evidenceReport = z
  .object({
    version: z.literal(1),
    at: timestamp,
    service: z
      .object({
        version: z.string().meta({ description: 'The release of Countersign.' }),
        vendorName: z.string(),
        vendorAccountId: z.string(),
        isSandbox: z
          .boolean()
          .meta({ description: 'true: AWS is emulated, so that the report proves nothing.' }),
      })
      .meta({ id: 'EvidenceService' }),
    summary: z
      .object({
        hold: z.number().int(),
        doNotHold: z.number().int(),
        unknown: z.number().int(),
      })
      .meta({ id: 'EvidenceSummary', description: 'The number of rules by their result.' }),
    requirements: z
      .array(
        z
          .object({
            id: z.string().meta({ description: 'As in the review, such as CAA-004.' }),
            rules: z.array(z.number().int()).meta({ description: 'The rules that fulfil it.' }),
            ...assessment,
          })
          .meta({ id: 'EvidenceRequirement' }),
      )
      .meta({ description: "The requirements of AWS's Foundational Technical Review." }),
    rules: z
      .array(z.object({ number: z.number().int(), ...assessment }).meta({ id: 'EvidenceRule' }))
      .meta({ description: 'The rules of docs/security-model.md.' }),
    publicKey: z
      .string()
      .meta({ description: 'Ed25519 public key: SPKI in base64. It signs audit checkpoints too.' }),
    signature: z
      .string()
      .meta({ description: 'Ed25519 over the canonical JSON (RFC 8785) of the other members, in base64.' }),
  })
  .meta({ id: 'EvidenceReport', description: 'The report, signed.', examples: [EXAMPLE] });

export type EvidenceReport = z.infer<typeof evidenceReport>;

/** Reads the facts of the running installation, assesses the rules by them, and signs the result. */
export async function createEvidenceReport(deps: EvidenceDeps): Promise<EvidenceReport> {
  const { publicKey, sign } = deps.auditSigner;
  const content = { ...assess(await gatherFacts(deps)), publicKey };
  return { ...content, signature: sign(canonicalJson(content)) };
}

function assess(facts: Facts): Omit<EvidenceReport, 'publicKey' | 'signature'> {
  const { vendorName, vendorAccountId, isSandbox } = facts.configuration;
  const rules = RULES.map(({ number, title, assess }) => ({ number, title, ...assess(facts) }));
  const countRules = (holds: boolean | null): number => rules.filter((rule) => rule.holds === holds).length;
  return {
    version: 1,
    at: facts.at.toISOString(),
    service: { version: VERSION, vendorName, vendorAccountId, isSandbox },
    summary: { hold: countRules(true), doNotHold: countRules(false), unknown: countRules(null) },
    requirements: REQUIREMENTS.map((requirement) => assessRequirement(requirement, facts, rules)),
    rules,
  };
}

type AssessedRule = Assessment & { number: number };

/** A requirement holds if all of its rules do. One that does not hold outweighs one that is unknown. */
function assessRequirement(
  { id, title, rules: numbers, assess }: Requirement,
  facts: Facts,
  rules: readonly AssessedRule[],
): EvidenceReport['requirements'][number] {
  const own = assess?.(facts);
  const assessed = rules.filter(({ number }) => numbers.includes(number));
  const results = [...assessed, ...(own ? [own] : [])].map(({ holds }) => holds);
  const holds = results.includes(false) ? false : results.includes(null) ? null : true;
  const reasons = [
    ...(own ? [own.reason] : []),
    ...summarize(assessed, true, 'holds', 'hold'),
    ...summarize(assessed, false, 'does not hold', 'do not hold'),
    ...summarize(assessed, null, 'is unknown', 'are unknown'),
  ];
  return { id, title, rules: [...numbers], holds, reason: reasons.join(' '), facts: own?.facts ?? [] };
}

function summarize(
  rules: readonly AssessedRule[],
  holds: boolean | null,
  singular: string,
  plural: string,
): string[] {
  const numbers = rules.filter((rule) => rule.holds === holds).map(({ number }) => String(number));
  if (numbers.length === 0) return [];
  return [numbers.length === 1 ? `Rule ${numbers[0]} ${singular}.` : `Rules ${list(numbers)} ${plural}.`];
}

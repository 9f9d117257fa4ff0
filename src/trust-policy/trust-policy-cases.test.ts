import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateTrustPolicy } from './evaluate.ts';
import { parseTrustPolicy } from './parse/parse.ts';
import { validateForCreation } from './validate-for-creation.ts';

interface Case {
  name: string;
  policy: unknown;
  externalId: string | null;
  allowed: boolean;
}

const VENDOR = '999988887777';
const ROLE = `arn:aws:iam::${VENDOR}:role/VendorBroker`;
const SESSION = `arn:aws:sts::${VENDOR}:assumed-role/VendorBroker/i-abc`;

// A missing file fails the suite: if its cases were skipped, the suite would pass without proving anything.
const text = readFileSync(resolve(process.cwd(), '../shared/cases/trust-policies.json'), 'utf8')
  .replaceAll('{{VENDOR_ACCOUNT_ID}}', VENDOR)
  .replaceAll('{{BROKER_ROLE_ARN}}', ROLE)
  .replaceAll('{{BROKER_SESSION_ARN}}', SESSION);
const { cases } = JSON.parse(text) as { cases: Case[] };

describe('the shared trust policy cases', () => {
  it('are complete', () => expect(cases.length).toBeGreaterThanOrEqual(56));

  it.each(cases)('$name', ({ policy, externalId, allowed }) => {
    const parsed = parseTrustPolicy(policy);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { decision } = evaluateTrustPolicy(parsed.policy, {
      action: 'sts:AssumeRole',
      externalId,
      principal: { type: 'role', arn: ROLE, sessionArn: SESSION, accountId: VENDOR, partition: 'aws' },
    });
    expect(decision).toBe(allowed ? 'allowed' : 'denied');
    expect(validateForCreation(parsed.policy)).toEqual([]);
  });
});

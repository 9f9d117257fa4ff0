import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluateTrustPolicy } from './evaluate.ts';
import { parseTrustPolicy } from './parse.ts';
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

// Read without asking whether it is there: a suite that skips its verdicts would pass without proving anything.
const text = readFileSync(resolve(process.cwd(), '../shared/cases/trust-policies.json'), 'utf8')
  .replaceAll('{{VENDOR_ACCOUNT_ID}}', VENDOR)
  .replaceAll('{{BROKER_ROLE_ARN}}', ROLE)
  .replaceAll('{{BROKER_SESSION_ARN}}', SESSION);
const { cases } = JSON.parse(text) as { cases: Case[] };

describe('the verdicts handed down for trust policies', () => {
  it('are all here', () => expect(cases.length).toBeGreaterThanOrEqual(56));

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

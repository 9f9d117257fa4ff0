import { ACCESS_FINDINGS } from './access.ts';
import type { Definition } from './define.ts';
import { DENIAL_FINDINGS } from './denials.ts';
import { GRAMMAR_FINDINGS } from './grammar.ts';
import { TEXT_FINDINGS } from './text.ts';
import { WARNING_FINDINGS } from './warnings.ts';

/** Every finding code. The table in docs/trust-policy-checks.md is generated from it. */
export const CATALOGUE = {
  ...TEXT_FINDINGS,
  ...GRAMMAR_FINDINGS,
  ...ACCESS_FINDINGS,
  ...DENIAL_FINDINGS,
  ...WARNING_FINDINGS,
};

type Catalogue = typeof CATALOGUE;
export type FindingCode = keyof Catalogue;
/** The values that the text of a finding is built from. */
export type DetailsOf<Code extends FindingCode> =
  Catalogue[Code] extends Definition<infer Details> ? Details : never;

export type Severity = 'error' | 'warning';

interface Rated {
  code: FindingCode;
  /** For a code that can be either. */
  severity?: Severity | undefined;
}

export function severityOf({ code, severity = 'error' }: Rated): Severity {
  const { level } = CATALOGUE[code];
  return level === 'either' ? severity : level;
}

export const isError = (found: Rated): boolean => severityOf(found) === 'error';

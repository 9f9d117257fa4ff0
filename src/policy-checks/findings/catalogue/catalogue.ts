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

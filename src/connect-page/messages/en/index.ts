import { FINDING_TEXTS } from '../../../policy-checks/findings/catalogue/texts.ts';
import { domain } from './domain.ts';
import { general } from './general.ts';
import { results } from './results.ts';
import { setup } from './setup.ts';

/** The page in English. */
export const en = {
  ...general,
  ...setup,
  ...results,
  ...domain,
  ...FINDING_TEXTS,
} as const;

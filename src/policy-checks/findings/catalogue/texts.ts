import { UNMET_KEY_TEXTS } from '../unmet-key.ts';
import { ACCESS_TEXTS } from './access.ts';
import { COMMON_TEXTS } from './define.ts';
import { DENIAL_TEXTS } from './denial-texts.ts';
import { GRAMMAR_TEXTS } from './grammar-texts.ts';
import { TEXT_TEXTS } from './text.ts';
import { VALUE_TEXTS } from './values.ts';
import { WARNING_TEXTS } from './warnings.ts';

/** The texts of findings, in English. The hosted page has the same texts in other languages. */
export const FINDING_TEXTS = {
  ...COMMON_TEXTS,
  ...VALUE_TEXTS,
  ...UNMET_KEY_TEXTS,
  ...TEXT_TEXTS,
  ...GRAMMAR_TEXTS,
  ...ACCESS_TEXTS,
  ...DENIAL_TEXTS,
  ...WARNING_TEXTS,
} as const;

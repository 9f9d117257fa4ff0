import { access } from './access.ts';
import { denials } from './denials.ts';
import { grammar } from './grammar.ts';
import { text } from './text.ts';
import { values } from './values.ts';
import { warnings } from './warnings.ts';

/** The findings of a policy check in Japanese. */
export const findings = { ...values, ...text, ...grammar, ...access, ...denials, ...warnings };

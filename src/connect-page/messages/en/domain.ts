import { ROLE_TEXTS } from '../../../connections/role-texts.ts';
import { PERMISSION_TEXTS } from '../../../profiles/permission-texts.ts';
import { EXPLANATION_TEXTS } from '../../../verification/explanation-texts.ts';

/** What domain folders tell the customer. */
export const domain = { ...EXPLANATION_TEXTS, ...ROLE_TEXTS, ...PERMISSION_TEXTS } as const;

// The script of the hosted page. The page works without it: each module below improves a plain form or list.
// No module inserts text as markup.

import { activateCopyButton } from '../../pages/assets/copy-button.ts';
import { queryAll } from '../../pages/assets/dom.ts';
import { updateAges } from '../../pages/assets/relative-time.ts';
import { fetchColleagueLinkOnSubmit } from './colleague-link.ts';
import { t } from './messages.ts';
import { checkRoleWhileTyping } from './role-check.ts';
import { followRun } from './run-progress.ts';
import { rememberSetupMethod } from './setup-method.ts';
import { startVerificationPanel } from './verification-panel.ts';

updateAges(t('time.justNow'));
for (const container of queryAll('[data-setup-methods]')) rememberSetupMethod(container);
for (const button of queryAll('[data-copy]')) activateCopyButton(button, t('copy.copied'));
for (const form of queryAll<HTMLFormElement>('[data-role-check]')) checkRoleWhileTyping(form);
for (const form of queryAll<HTMLFormElement>('[data-colleague-link]')) fetchColleagueLinkOnSubmit(form);
for (const section of queryAll('[data-verification]')) startVerificationPanel(section);
for (const section of queryAll('[data-run]')) followRun(section);

// The script of the console. The console works without it: each module below improves a plain form.
// No module inserts text as markup.
import { activateCopyButton } from '../../pages/assets/copy-button.ts';
import { queryAll } from '../../pages/assets/dom.ts';
import { updateAges } from '../../pages/assets/relative-time.ts';
import { focusSearchOnSlash } from './focus-search.ts';
import { verifyLive } from './verify-live.ts';

updateAges();
for (const button of queryAll('[data-copy]')) activateCopyButton(button);
for (const input of queryAll('[data-search]')) focusSearchOnSlash(input);
for (const section of queryAll('[data-verification]')) verifyLive(section);

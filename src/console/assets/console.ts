// The script of the console. The console works without it: each module below improves a plain form.
// No module inserts text as markup.
import { activateCopyButton } from '../../pages/assets/copy-button.ts';
import { queryAll } from '../../pages/assets/dom.ts';
import { updateAges } from '../../pages/assets/relative-time.ts';

updateAges();
for (const button of queryAll('[data-copy]')) activateCopyButton(button);

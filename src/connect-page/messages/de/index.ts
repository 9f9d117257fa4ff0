import { domain } from './domain.ts';
import { findings } from './findings/index.ts';
import { general } from './general.ts';
import { results } from './results.ts';
import { setup } from './setup.ts';

/** The page in German. */
export const de = { ...general, ...setup, ...results, ...domain, ...findings };

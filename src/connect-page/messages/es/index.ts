import { domain } from './domain.ts';
import { findings } from './findings/index.ts';
import { general } from './general.ts';
import { results } from './results.ts';
import { setup } from './setup.ts';

/** The page in Spanish. */
export const es = { ...general, ...setup, ...results, ...domain, ...findings };

import { z } from 'zod';

/** The page to show after signing in, below the console's own path: it cannot lead to another site, nor out of the console. */
export const nextPage = z
  .string()
  .max(2000)
  .regex(/^([/?][\x21-\x7e]*)?$/)
  .refine(staysInConsole)
  .catch('')
  .default('');

/** Browsers resolve `/..`, also with backslashes and percent-encoded, before they send a request. */
function staysInConsole(page: string): boolean {
  const { pathname } = new URL(`http://localhost/console${page}`);
  return pathname === '/console' || pathname.startsWith('/console/');
}

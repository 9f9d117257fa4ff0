import { z } from 'zod';
import { isTrustedSourceUrl } from '../lib/urls.ts';

/** The variables of the console's sign-in. */
export const CONSOLE = {
  COUNTERSIGN_CONSOLE_OIDC_ISSUER: z
    .string()
    .max(1024)
    .refine((text) => isTrustedSourceUrl(text) && !text.includes('?'), 'must be an https URL without a query')
    .refine(
      (text) => !/^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)\//.test(text),
      'must have the ID of your Entra tenant: common, organizations and consumers admit other organizations',
    )
    .optional()
    .describe(
      "Issuer of the OpenID provider at which the vendor's staff sign in to the console (docs/console-sign-in.md). Needs the client, its secret, the roles and `COUNTERSIGN_PUBLIC_URL`. Unset: nobody can sign in to the console of `serve`.",
    ),
  COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("ID of the console's client at the OpenID provider."),
  COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET: z
    .string()
    .min(1)
    .max(2000)
    .optional()
    .describe("Secret of the console's client at the OpenID provider."),
  COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE: z
    .string()
    .optional()
    .describe('Path of a file with that secret, instead of the variable.'),
  COUNTERSIGN_CONSOLE_OIDC_SCOPES: z
    .string()
    .default('openid email profile')
    .transform((text) => text.split(/\s+/).filter(Boolean))
    .refine((scopes) => scopes.includes('openid'), 'must contain openid')
    .describe('Scopes of the sign-in, separated by spaces. Some providers need `groups` here.'),
  COUNTERSIGN_CONSOLE_ROLES_FILE: z
    .string()
    .optional()
    .describe(
      'Path of a JSON file with the rules that give roles to people who sign in: `[{claim, equals, role}]`; the first that matches applies, and nobody without one can sign in (docs/console-sign-in.md).',
    ),
};

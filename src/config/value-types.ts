import { z } from 'zod';
import { parseSessionNameTemplate } from '../credentials/session/session-name.ts';
import { isSecureUrl } from '../lib/urls.ts';

// The types of values that environment variables have.

export const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits');
export const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(min, `must be ${min} or more`)
    .max(max, `must be ${max} or less`);
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
export const proxyUrl = z
  .string()
  .transform((text) => (text.includes('://') ? text : `http://${text}`))
  .pipe(z.url({ protocol: /^https?$/, error: 'must be an http or https URL, or host:port' }));
export const databaseUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });
export const returnUrl = httpUrl.refine(
  (text) => isSecureUrl(text) && !/[?#@]/.test(text),
  'must be https URLs (or http on loopback) without user, query or fragment',
);
export const managedPolicyArn = z
  .string()
  .regex(/^arn:[a-z-]+:iam::(\d{12}|aws):policy\/\S+$/, 'must be ARNs of managed policies');

export const sessionNameTemplate = z.string().superRefine((text, context) => {
  const parsed = parseSessionNameTemplate(text);
  if ('problem' in parsed) context.addIssue(parsed.problem);
});

import { readFileSync } from 'node:fs';
import { readRoleRules } from '../staff-identities/configuration.ts';
import type { StaffProviderSettings } from '../staff-identities/provider.ts';
import type { Environment } from './environment.ts';

const SECRET = 'COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET';

/** Reads how the vendor's staff sign in to the console; null if no OpenID provider is configured. */
export function readConsoleSignIn(env: Environment, problems: string[]): StaffProviderSettings | null {
  const issuer = env.COUNTERSIGN_CONSOLE_OIDC_ISSUER;
  if (issuer === undefined) return null;
  const rolesFile = env.COUNTERSIGN_CONSOLE_ROLES_FILE;
  return {
    issuer,
    clientId: env.COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID ?? '',
    clientSecret: readSecret(env, problems),
    scopes: env.COUNTERSIGN_CONSOLE_OIDC_SCOPES,
    rules: rolesFile === undefined ? [] : readRoleRules(rolesFile, problems),
  };
}

/** A newline at the end is not part of the secret: most editors add one. */
function readSecret(env: Environment, problems: string[]): string {
  const file = env.COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE;
  if (file === undefined) return env.COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET ?? '';
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret === '') problems.push(`${SECRET}_FILE names an empty file`);
    return secret;
  } catch (error) {
    problems.push(`${SECRET}_FILE cannot be read: ${error instanceof Error ? error.message : error}`);
    return '';
  }
}

/** The shells for which the command can print variables. */
export const SHELLS = ['posix', 'powershell', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Quotes a text as one word of the shell, which then expands and runs nothing in it. */
export function quoteForShell(shell: Shell, text: string): string {
  switch (shell) {
    case 'posix':
      return `'${text.replaceAll("'", `'\\''`)}'`;
    case 'fish':
      return `'${text.replace(/[\\']/g, '\\$&')}'`;
    case 'powershell':
      // PowerShell takes typographic quotation marks for the straight one (about_Quoting_Rules).
      return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
  }
}

export function formatExports(shell: Shell, variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${ASSIGNMENTS[shell](name, quoteForShell(shell, value))}\n`)
    .join('');
}

const ASSIGNMENTS: Record<Shell, (name: string, quotedValue: string) => string> = {
  posix: (name, value) => `export ${name}=${value}`,
  fish: (name, value) => `set -gx ${name} ${value}`,
  powershell: (name, value) => `$env:${name} = ${value}`,
};

/** The variables from which AWS SDKs take credentials. Left set, some would take precedence over this command's. */
export const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
];

/** Unsets every credential variable except those that are exported. */
export function formatUnset(shell: Shell, exported: Record<string, string>): string {
  const names = CREDENTIAL_VARIABLES.filter((name) => !(name in exported));
  switch (shell) {
    case 'posix':
      return `unset ${names.join(' ')}\n`;
    case 'fish':
      return `set -e ${names.join(' ')}\n`;
    case 'powershell':
      return names.map((name) => `$env:${name} = $null\n`).join('');
  }
}

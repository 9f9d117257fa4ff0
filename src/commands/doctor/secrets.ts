/** Variables whose whole value is a secret. */
const SECRET_VARIABLES = [
  'COUNTERSIGN_ADMIN_KEY',
  'COUNTERSIGN_WEBHOOK_SECRETS_KEY',
  'COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'PGPASSWORD',
];

/** Shorter texts occur by chance: replacing them would make a message unreadable. */
const MIN_SECRET_LENGTH = 4;

/**
 * Returns a function that removes the configured secrets from the text of an error. Drivers and SDKs do not put them there
 * on purpose, but some quote a command, a URL or a file.
 */
export function createRedactor(
  variables: readonly (readonly [name: string, value: string])[],
): (text: string) => string {
  const secrets = variables
    .flatMap(([name, value]) => (SECRET_VARIABLES.includes(name) ? [value] : passwordsOf(value)))
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  // A secret that contains another one is removed first, as a whole.
  secrets.sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
}

/** The password of a URL, as written and decoded: of a database, a proxy, or anything else. */
function passwordsOf(value: string): string[] {
  const password = URL.canParse(value) ? new URL(value).password : '';
  return password === '' ? [] : [password, decodePassword(password)];
}

function decodePassword(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** Formats an error of another system in one line, without secrets. */
export function describeError(error: unknown, redact: (text: string) => string): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  // A failed credential_process quotes its command line and everything that it wrote.
  const text =
    typeof message === 'string' ? message.replace(/Command failed:[\s\S]*/, 'the command failed') : '';
  const line = redact(text).replace(/\s+/g, ' ').trim().slice(0, 300);
  if (line) return line;
  return typeof code === 'string' ? code : 'an error without a message';
}

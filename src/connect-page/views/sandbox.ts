/** A script of several lines as one command to paste: its `exit` ends the script and not the person's shell. */
export function pasteable(script: string): string {
  return `sh <<'END_OF_SCRIPT'\n${script.trimEnd()}\nEND_OF_SCRIPT`;
}

/**
 * The kit's script for the local AWS. An AWS CLI from before July 2023 reads no AWS_ENDPOINT_URL_…, hence the function;
 * keys that are not of the sandbox are left aside, so that nobody's own profile is used by mistake.
 */
export function forSandbox(script: string, awsUrl: string): string {
  const [shebang = '', ...rest] = script.split('\n');
  return [
    shebang,
    '# The sandbox: a local AWS, and in it the account 111111111111, unless keys of another one are in the environment.',
    `case \${AWS_ACCESS_KEY_ID-} in SANDBOX*) ;; *) AWS_ACCESS_KEY_ID=SANDBOX111111111111 ;; esac`,
    'AWS_SECRET_ACCESS_KEY=sandbox',
    'unset AWS_SESSION_TOKEN AWS_PROFILE',
    'export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
    `aws() { command aws --endpoint-url='${awsUrl}' "$@"; }`,
    ...rest,
  ].join('\n');
}

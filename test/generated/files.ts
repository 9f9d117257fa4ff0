import { pino } from 'pino';
import { clientCodes, clientTypes } from '../../client/scripts/generate.ts';
import { buildApp } from '../../src/app.ts';
import { ENVIRONMENT } from '../../src/config/config.ts';
import type { Deps } from '../../src/deps.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
import { FINDING_CODES } from '../../src/policy-checks/finding.ts';
import { REMEDIES } from './remedies.ts';

/** Everything that is made from the code, by its place in the project. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const document = await openapi();
  return {
    'openapi/openapi.json': document,
    'client/src/generated/openapi.ts': await clientTypes(document),
    'client/src/generated/codes.ts': clientCodes(Object.keys(PROBLEMS)),
    'docs/errors.md': errors(),
    'docs/configuration.md': configuration(),
    'docs/trust-policy-checks.md': trustPolicyChecks(),
  };
}

/** The routes describe themselves; nothing is opened for it, so the dependencies may be missing. */
async function openapi(): Promise<string> {
  const { app } = await buildApp({} as Deps, {
    logger: pino({ level: 'silent' }),
    readiness: { draining: false },
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}

const NOTICE = '<!-- Made by `npm run docs`. Change the code, not this file. -->\n';

function errors(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => {
    const { when, remedy } = REMEDIES[code as keyof typeof PROBLEMS];
    return `| \`${code}\` | ${status} | ${title} | ${when} | ${remedy} |`;
  });
  return `${NOTICE}
# Errors

Every error is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`detail\`, \`code\` and
\`requestId\`; invalid input adds \`errors: [{path, message}]\`. Decide by \`code\`: the list is closed. \`detail\` is for people.
Answers with \`Retry-After\` may be tried again after that many seconds.

| code | status | title | when | what to do |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function configuration(): string {
  const rows = Object.entries(ENVIRONMENT.shape).map(([name, schema]) => {
    const unset = schema.safeParse(undefined);
    const value = unset.success ? unset.data : undefined;
    const byDefault =
      value === undefined || (Array.isArray(value) && value.length === 0) ? '' : `\`${value}\``;
    return `| \`${name}\` | ${byDefault} | ${schema.description ?? ''} |`;
  });
  return `${NOTICE}
# Configuration

Everything is read from the environment, once, at start. A variable that is empty counts as unset. What is missing,
malformed or contradictory is named, all of it at once, and nothing is started. The AWS SDK's own variables and
credential chain apply as for every AWS tool.

| variable | default | meaning |
|---|---|---|
${rows.join('\n')}
`;
}

function trustPolicyChecks(): string {
  const severities = { error: 'error', warning: 'warning', either: 'error or warning' };
  const rows = Object.entries(FINDING_CODES).map(
    ([code, [level, meaning]]) => `| \`${code}\` | ${severities[level]} | ${meaning} |`,
  );
  return `${NOTICE}
# Trust policy checks

\`POST /v1/tenants/{tenantId}/trust-policy-checks\` takes a role's trust policy as the customer pastes it, and answers what
a verification of that role would find, what is wrong in words about this policy, and a policy that passes. AWS is
not called and nothing is changed: the evaluator is the one of the local AWS. Only with an \`Idempotency-Key\` is the answer
kept, encrypted, to be given again. A tenant may have \`COUNTERSIGN_POLICY_CHECKS_PER_MINUTE\` policies checked in a minute, 30 by
default; beyond that it is 429 with \`Retry-After\`.

\`\`\`json
{"policy": "{\\n  \\"Version\\": \\"2012-10-17\\", …"}
\`\`\`

\`policy\` is JSON, or its text. Of a text each finding has its line, and a mistake in the JSON its line and column; what
can be understood is read on, so that one mistake hides no other. Also read: percent-encoded text as IAM's API gives it, a
text in a text, the whole answer of \`aws iam get-role\`, a CloudFormation resource. More than 4,096 characters without
white space is more than IAM takes, and is not looked into.

## Verdict

| verdict | meaning |
|---|---|
| \`safe\` | the right external ID is let in, and the four wrong ones are not |
| \`unsafe\` | the right one is let in, and a wrong one too |
| \`not_assumable\` | the right one is not let in |
| \`invalid\` | IAM would refuse the policy; no probe was asked |

The verdict is that of the five probes and of nothing else. Findings of severity \`error\` may go beyond it: a pattern that
is wider than the ID, for example, can be \`safe\` by the probes. **A policy is in order when the verdict is \`safe\` and no
finding is an \`error\`.** While a rotation runs the new ID is tried first and then the old one, as a verification does.

What nobody can know beforehand is never taken to hold when it would let us in, such as a condition on the address that we
call from; and always when it would let others in.

## Suggested policy

It passes this check, IAM takes it, and suggesting again changes nothing. A policy that is in order comes back unchanged,
but for the second ID while a rotation runs.

- Statements about others, such as services and other vendors, stay as they are and where they are.
- A statement for us is changed as little as can be; conditions that hold for us stay. When it also trusts others, it is
  parted: theirs stays as it was.
- A Deny that hits us is never dropped in silence. It spares our external ID where it goes by external IDs, else our
  account, and stays for everybody else. Only one that is about us alone is left out; the finding \`deny_hits_us\` says so.
- What IAM would refuse is repaired where it is beyond doubt what was meant. A statement about others that cannot be
  repaired is left out, with the finding \`statement_left_out\`.

## Findings

| code | severity | what was found |
|---|---|---|
${rows.join('\n')}
`;
}

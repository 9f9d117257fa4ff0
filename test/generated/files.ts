import { pino } from 'pino';
import { clientCodes, clientTypes } from '../../client/scripts/generate.ts';
import { buildApp } from '../../src/app.ts';
import { ENVIRONMENT } from '../../src/config.ts';
import type { Deps } from '../../src/deps.ts';
import { PROBLEMS } from '../../src/http/problem.ts';
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

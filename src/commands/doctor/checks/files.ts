import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadSigningKey } from '../../../audit/checkpoints/signing-key.ts';
import type { Config } from '../../../config/config.ts';
import { hasErrorCode } from '../../../lib/error-code.ts';
import { fetchText } from '../../../lib/fetch-text.ts';
import { OutboundAgent } from '../../../lib/outbound-agent.ts';
import { findPolicyErrors } from '../../../profiles/policy-document.ts';
import { type CheckResult, failed, ok, type Report, warning } from '../check-result.ts';
import { describeError } from '../secrets.ts';

const TEMPLATE_TIMEOUT_MS = 5000;
/** CloudFormation reads no larger template from S3. */
const MAX_TEMPLATE_BYTES = 1_000_000;
const PUBLISH = 'Publish the template of this installation there, readable for customers.';

interface FilesCheck {
  config: Config;
  report: Report;
  redact: (text: string) => string;
}

/** Checks the files that the service reads later: the audit signing key, the inline policy, the published template. */
export async function checkFiles(check: FilesCheck): Promise<void> {
  check.report(await signingKeyResult(check));
  const policy = inlinePolicyResult(check.config);
  if (policy) check.report(policy);
  for (const [index, { templateUrl: url, accountId, partition }] of check.config.brokers.entries()) {
    if (url === null) continue;
    const variable =
      index === 0
        ? 'COUNTERSIGN_TEMPLATE_URL'
        : `the templateUrl of ${partition} in COUNTERSIGN_BROKERS_FILE`;
    check.report(await templateResult(check, { url, accountId, variable }));
  }
}

async function signingKeyResult({ config, redact }: FilesCheck): Promise<CheckResult> {
  const CHECK = 'files.audit_signing_key';
  const created = path.join(config.dataDir, 'audit-signing-key.pem');
  const file = config.auditSigningKeyFile ?? created;
  try {
    // Read first: without a configured key, loading one would create it.
    await readFile(file);
    await loadSigningKey({ ...config, auditSigningKeyFile: file });
    return ok(CHECK, `${file} is readable`);
  } catch (error) {
    if (config.auditSigningKeyFile === null && hasErrorCode(error, 'ENOENT'))
      return createdKeyResult(CHECK, created);
    return failed(
      CHECK,
      `${file} cannot be used: ${describeError(error, redact).replace(/^The configuration is invalid: - /, '')}`,
      'COUNTERSIGN_AUDIT_SIGNING_KEY_FILE must name an Ed25519 private key in PEM that this user can read: openssl genpkey -algorithm ed25519.',
    );
  }
}

async function createdKeyResult(check: string, file: string): Promise<CheckResult> {
  const folder = await findExistingFolder(path.dirname(path.resolve(file)));
  try {
    await access(folder, constants.W_OK);
    return ok(check, `none is configured; the first start creates ${file}`);
  } catch {
    return failed(
      check,
      `none is configured, and ${folder} is not writable, so the first start cannot create one`,
      'Set COUNTERSIGN_AUDIT_SIGNING_KEY_FILE to a key, or COUNTERSIGN_DATA_DIR to a folder that is writable.',
    );
  }
}

async function findExistingFolder(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || folder === path.dirname(folder) ? folder : findExistingFolder(path.dirname(folder));
}

function inlinePolicyResult({ permissions }: Config): CheckResult | null {
  const CHECK = 'files.inline_policy';
  if (permissions.inlinePolicy === null) return null;
  const [error] = findPolicyErrors(permissions.inlinePolicy, 'policy');
  if (!error) return ok(CHECK, 'COUNTERSIGN_INLINE_POLICY_FILE is a policy that IAM accepts');
  return failed(
    CHECK,
    `COUNTERSIGN_INLINE_POLICY_FILE is not a policy that IAM accepts: ${error.path} ${error.message}`,
    'Correct the file: customers could not create the role of the setup kit.',
  );
}

/** Customers create their role from this template by the launch-stack link. */
async function templateResult(
  { config, redact }: FilesCheck,
  { url, accountId, variable }: { url: string; accountId: string; variable: string },
): Promise<CheckResult> {
  const CHECK = 'files.template';
  const agent = new OutboundAgent(config.proxies);
  try {
    const template = await fetchText(url, {
      timeoutMs: TEMPLATE_TIMEOUT_MS,
      maxBytes: MAX_TEMPLATE_BYTES,
      agent,
    });
    if (template.includes('ExternalId') && template.includes(accountId))
      return ok(CHECK, `${variable} is a template with an external ID and the vendor's account`);
    return warning(
      CHECK,
      `the template at ${variable} has no parameter ExternalId, or does not name account ${accountId}`,
      PUBLISH,
    );
  } catch (error) {
    return warning(
      CHECK,
      `${variable} cannot be read from here: ${describeError(error, redact)}`,
      `${PUBLISH} If customers can read it, check the network and the proxies of this machine.`,
    );
  } finally {
    agent.destroy();
  }
}

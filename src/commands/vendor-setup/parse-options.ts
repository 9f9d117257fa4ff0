import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';
import { ANY_ROLE, type BrokerPrincipal, isRolePathAndName } from './vendor-roles.ts';

const FORMATS = ['cloudformation', 'terraform', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export interface VendorSetupOptions {
  format: Format;
  accountId: string | null;
  partition: string | null;
  canaryAccountId: string | null;
  principal: BrokerPrincipal;
  /** Path and name of customers' roles. */
  roles: string[];
  brokerRoleName: string | null;
  canaryRoleName: string;
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  format: { type: 'string' },
  account: { type: 'string' },
  partition: { type: 'string' },
  'canary-account': { type: 'string' },
  principal: { type: 'string', default: 'ec2.amazonaws.com' },
  subject: { type: 'string' },
  audience: { type: 'string', default: 'sts.amazonaws.com' },
  'role-name': { type: 'string', multiple: true },
  'broker-role-name': { type: 'string' },
  'canary-role-name': { type: 'string', default: 'CountersignCanary' },
} as const;

/** Parses the arguments; null: --help. @throws UsageError */
export function parseOptions(args: string[]): VendorSetupOptions | null {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) return null;
  const format = FORMATS.find((known) => known === values.format);
  if (!format) throw new UsageError(`--format must be one of ${FORMATS.join(', ')}.`);
  return {
    format,
    accountId: parseAccount('--account', values.account),
    partition: values.partition ?? null,
    canaryAccountId: parseAccount('--canary-account', values['canary-account']),
    principal: parsePrincipal(values.principal, values.subject, values.audience),
    roles: (values['role-name'] ?? []).map(parseRole),
    brokerRoleName: parseName('--broker-role-name', values['broker-role-name']),
    canaryRoleName: parseName('--canary-role-name', values['canary-role-name']) ?? '',
  };
}

function parseAccount(option: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (!/^\d{12}$/.test(value)) throw new UsageError(`${option} must be an AWS account ID: 12 digits.`);
  return value;
}

function parseName(option: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  if (!/^[\w+=,.@-]{1,64}$/.test(value)) throw new UsageError(`${option} must be the name of an IAM role.`);
  return value;
}

/** A name with or without path, or `*` for any. */
function parseRole(value: string): string {
  if (value === '*') return ANY_ROLE;
  const role = value.startsWith('/') ? value : `/${value}`;
  if (role === ANY_ROLE || !isRolePathAndName(role))
    throw new UsageError(
      `--role-name ${value} must be the name of an IAM role, with its path if it has one; or *.`,
    );
  return role;
}

const OIDC_PROVIDER = /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/[\w.-]+(\/[\w./-]+)?$/;
const ROLE_OR_USER = /^arn:[a-z-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

function parsePrincipal(value: string, subject: string | undefined, audience: string): BrokerPrincipal {
  if (OIDC_PROVIDER.test(value)) {
    if (!subject)
      throw new UsageError(
        'An OIDC provider as --principal needs --subject, such as system:serviceaccount:countersign:countersign. Without it, every token of the provider could become the broker.',
      );
    if (/[*?$]/.test(subject)) throw new UsageError('--subject must be one subject, without a pattern.');
    return { type: 'oidc', providerArn: value, subject, audience };
  }
  if (subject !== undefined) throw new UsageError('--subject needs an OIDC provider as --principal.');
  if (SERVICE.test(value)) return { type: 'service', service: value };
  if (ROLE_OR_USER.test(value)) return { type: 'arn', arn: value };
  throw new UsageError(
    '--principal must be an AWS service (ec2.amazonaws.com, ecs-tasks.amazonaws.com, pods.eks.amazonaws.com), the ARN of a role or user, or the ARN of an OIDC provider.',
  );
}

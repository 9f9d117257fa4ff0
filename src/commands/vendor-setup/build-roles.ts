import { randomUUID } from 'node:crypto';
import { parseRoleArn } from '../../aws/arn.ts';
import type { BrokerSettings } from '../../broker/broker-settings.ts';
import { passedOnAttributes, unionOfAttributes } from '../../broker/session-attributes.ts';
import type { ConfigInspection } from '../../config/config.ts';
import { UsageError } from '../usage-error.ts';
import type { VendorSetupOptions } from './parse-options.ts';
import type { UsedRoles } from './store.ts';
import type { CanaryRole, RoleName, VendorRoles } from './vendor-roles.ts';

const DEFAULT_BROKER_ROLE_NAME = 'CountersignBroker';
const PODS = 'pods.eks.amazonaws.com';

/**
 * Combines the options, the configuration and what the database uses. An option wins over the configuration.
 * @param used null: no database is configured
 * @throws UsageError when the account is unknown
 */
export function buildVendorRoles(
  options: VendorSetupOptions,
  { config, values }: ConfigInspection,
  used: UsedRoles | null,
): VendorRoles {
  const settings = findBroker(options, config.brokers);
  const isAccountSet = settings !== config.brokers[0] || values.COUNTERSIGN_VENDOR_ACCOUNT_ID !== undefined;
  const accountId = options.accountId ?? (isAccountSet ? settings.accountId : null);
  if (accountId === null)
    throw new UsageError("The vendor's account is unknown: set --account or COUNTERSIGN_VENDOR_ACCOUNT_ID.");
  const brokerAttributes = unionOfAttributes(passedOnAttributes(settings.sessionAttributes), {
    sessionTags: isPodIdentity(options) && values.COUNTERSIGN_BROKER_SESSION_ATTRIBUTES === undefined,
    sourceIdentity: false,
  });
  const profileAttributes = used ?? { sessionTags: false, sourceIdentity: false };
  return {
    partition: settings.partition,
    accountId,
    otherOwnAccountIds: otherAccounts(config.ownAccountIds, accountId, isAccountSet, settings),
    broker: { ...brokerName(options, settings, accountId), principal: options.principal },
    customerRoles: customerRoles(
      options,
      { name: config.role.name, isSet: values.COUNTERSIGN_ROLE_NAME !== undefined },
      used,
    ),
    sessionAttributes: unionOfAttributes(brokerAttributes, profileAttributes),
    brokerAttributes,
    canary: buildCanary(options, settings),
  };
}

function findBroker({ partition }: VendorSetupOptions, brokers: readonly BrokerSettings[]): BrokerSettings {
  const settings = partition === null ? brokers[0] : brokers.find((broker) => broker.partition === partition);
  if (settings) return settings;
  throw new UsageError(
    `No broker is configured for the partition ${partition}. Set AWS_REGION to a Region of it, or COUNTERSIGN_BROKERS_FILE.`,
  );
}

/** The list of own accounts has that of the main broker, also when only the default of the sandbox is known. */
function otherAccounts(
  ownAccountIds: readonly string[],
  accountId: string,
  isAccountSet: boolean,
  settings: BrokerSettings,
): string[] {
  return ownAccountIds.filter((id) => id !== accountId && (isAccountSet || id !== settings.accountId));
}

function brokerName(
  { brokerRoleName }: VendorSetupOptions,
  settings: BrokerSettings,
  accountId: string,
): RoleName {
  const configured = settings.brokerRoleArn === null ? null : parseRoleArn(settings.brokerRoleArn);
  if (brokerRoleName === null && configured?.accountId === accountId)
    return { path: configured.path, name: configured.name };
  return { path: '/', name: brokerRoleName ?? DEFAULT_BROKER_ROLE_NAME };
}

/** An installation without a name of its own has the default name, unless the options name roles. */
function customerRoles(
  { roles }: VendorSetupOptions,
  configured: { name: string; isSet: boolean },
  used: UsedRoles | null,
): [string, ...string[]] {
  const first = `/${configured.name}`;
  const all = [
    ...(configured.isSet || roles.length === 0 || used !== null ? [first] : []),
    ...(used?.profileRoleNames.map((name) => `/${name}`) ?? []),
    ...roles,
  ];
  const [one = first, ...others] = new Set(all);
  return [one, ...others];
}

const isPodIdentity = ({ principal }: VendorSetupOptions): boolean =>
  principal.type === 'service' && principal.service === PODS;

/** The configured canary keeps its external ID, so that a second run does not change the role. */
function buildCanary(
  { canaryAccountId, canaryRoleName }: VendorSetupOptions,
  { canary }: BrokerSettings,
): CanaryRole | null {
  const configured = canary && parseRoleArn(canary.roleArn);
  if (canary && configured && (canaryAccountId ?? configured.accountId) === configured.accountId)
    return {
      accountId: configured.accountId,
      path: configured.path,
      name: configured.name,
      externalId: canary.externalId,
    };
  if (canaryAccountId === null) return null;
  return { accountId: canaryAccountId, path: '/', name: canaryRoleName, externalId: randomUUID() };
}

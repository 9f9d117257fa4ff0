import { environmentOf } from './policies.ts';
import type { VendorRoles } from './vendor-roles.ts';

export const BROKER_POLICY_NAME = 'countersign-broker';
export const BROKER_DESCRIPTION =
  'Countersign runs as this role, which may only assume the roles of customers';
export const CANARY_DESCRIPTION = 'Countersign assumes this role to prove that it can; it has no permissions';

/** The first lines of the templates: their purpose, and the variables to set afterwards. */
export function formatVendorHeader(roles: VendorRoles): string[] {
  return [
    'The IAM role that Countersign runs as, and its canary role. Set afterwards:',
    ...Object.entries(environmentOf(roles)).map(([name, value]) => `  ${name}=${value}`),
  ];
}

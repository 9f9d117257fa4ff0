import { brokerTrustPolicy, canaryTrustPolicy, environmentOf, identityPolicy } from './policies.ts';
import { assertVendorRoles, brokerRoleArn, canaryRoleArn, type VendorRoles } from './vendor-roles.ts';

/** Renders the policies by themselves. */
export function renderJson(roles: VendorRoles): string {
  assertVendorRoles(roles);
  const { broker, canary } = roles;
  const document = {
    brokerRole: {
      arn: brokerRoleArn(roles),
      accountId: roles.accountId,
      name: broker.name,
      trustPolicy: brokerTrustPolicy(roles),
      identityPolicy: identityPolicy(roles),
    },
    canaryRole: canary && {
      arn: canaryRoleArn(roles, canary),
      accountId: canary.accountId,
      name: canary.name,
      externalId: canary.externalId,
      trustPolicy: canaryTrustPolicy(roles, canary),
    },
    environment: environmentOf(roles),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

// What a vendor's onboarding does: a tenant, what its customer needs to create the role, and a token for the customer.
import { createClient } from '@countersign/client';

const countersign = createClient();

const tenant = await countersign.tenants.create({ name: 'Example Ltd', metadata: { plan: 'team' } });
const kit = await countersign.setup.get(tenant.id);
console.log(`${tenant.id} has the external ID ${kit.externalId}`);
console.log(await countersign.setup.artifact(tenant.id, 'aws-cli.sh'));

const { expiresAt } = await countersign.tenants.createToken(tenant.id, { expiresInSeconds: 900 });
console.log(`the customer may register and verify a role until ${expiresAt}`);

for await (const { name, status } of countersign.tenants.all({ limit: 100 }))
  console.log(`${name}: ${status}`);

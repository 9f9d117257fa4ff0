// Onboards a customer: creates a tenant, prints how to create the role, and creates a token for the customer's own calls.
import { createClient } from '@countersign/client';

const countersign = createClient();

const { id: tenantId } = await countersign.createTenant({
  name: 'Example Ltd',
  metadata: { plan: 'team' },
});
const kit = await countersign.getSetupKit({ tenantId });
console.log(`${tenantId} has the external ID ${kit.externalId}`);
console.log(await countersign.getCliScript({ tenantId }));

const { expiresAt } = await countersign.createTenantToken({ tenantId, expiresInSeconds: 900 });
console.log(`the customer can register and verify its role until ${expiresAt}`);

for await (const { name, status } of countersign.iterateTenants({ limit: 100 }))
  console.log(`${name}: ${status}`);

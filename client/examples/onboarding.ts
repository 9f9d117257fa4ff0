// Onboards a customer: creates a tenant, prints how to create the role, and creates a token for the customer's own calls.
import { createClient } from '@countersign/client';

const countersign = createClient();

const tenant = await countersign.tenants.create({ name: 'Example Ltd', metadata: { plan: 'team' } });
const kit = await countersign.setup.get(tenant.id);
console.log(`${tenant.id} has the external ID ${kit.externalId}`);
console.log(await countersign.setup.getArtifact(tenant.id, 'aws-cli.sh'));

const { expiresAt } = await countersign.tenants.createToken(tenant.id, { expiresInSeconds: 900 });
console.log(`the customer can register and verify its role until ${expiresAt}`);

for await (const { name, status } of countersign.tenants.listAll({ limit: 100 }))
  console.log(`${name}: ${status}`);

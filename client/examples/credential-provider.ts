// Calls AWS in a tenant's account. Needs TENANT_ID, CONNECTION_ID, COUNTERSIGN_URL and COUNTERSIGN_KEY (a worker key).
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromCountersign } from '@countersign/client';

const { TENANT_ID = '', CONNECTION_ID = '' } = process.env;

const sts = new STSClient({
  region: 'us-east-1',
  credentials: fromCountersign({ tenantId: TENANT_ID, connectionId: CONNECTION_ID, durationSeconds: 1800 }),
});

const { Account } = await sts.send(new GetCallerIdentityCommand({}));
console.log(`in account ${Account}`);

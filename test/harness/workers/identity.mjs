// A worker in JavaScript, configured by its environment alone. For each input line it calls GetCallerIdentity.
import { createInterface } from 'node:readline';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const sts = new STSClient({});
for await (const _ of createInterface({ input: process.stdin })) {
  const identity = await sts.send(new GetCallerIdentityCommand({})).then(
    ({ Account }) => ({ account: Account }),
    (error) => ({ error: `${error.name}: ${error.message}` }),
  );
  console.log(JSON.stringify(identity));
}

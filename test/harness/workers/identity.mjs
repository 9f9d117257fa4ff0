// A worker in JavaScript, told nothing but by its environment: for each line it reads it asks AWS who it is.
import { createInterface } from 'node:readline';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const sts = new STSClient({});
for await (const _ of createInterface({ input: process.stdin })) {
  const answer = await sts.send(new GetCallerIdentityCommand({})).then(
    ({ Account }) => ({ account: Account }),
    (error) => ({ error: `${error.name}: ${error.message}` }),
  );
  console.log(JSON.stringify(answer));
}

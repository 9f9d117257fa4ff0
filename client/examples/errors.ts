// Errors are told apart by code, from a closed list that the compiler knows.
import { CountersignError, createClient, type ErrorCode } from '@countersign/client';

const countersign = createClient({ maxRetries: 1, timeoutSeconds: 5 });

function advice(code: ErrorCode): string {
  switch (code) {
    case 'not_found':
      return 'no such tenant, or not ours';
    case 'unauthorized':
    case 'forbidden':
      return 'look at the key';
    default:
      return 'something else';
  }
}

try {
  await countersign.tenants.get('tenant_01h455vb4pex5vsknk084sn02q');
} catch (error) {
  if (!(error instanceof CountersignError)) throw error;
  console.log(
    `${advice(error.code)} (request ${error.requestId}, ${error.passing ? 'may pass' : 'definite'})`,
  );
}

// Handles errors by their code. The list of codes is closed, so the compiler checks each `case`.
import { CountersignError, createClient, type ErrorCode } from '@countersign/client';

const countersign = createClient({ maxRetries: 1, timeoutSeconds: 5 });

function explain(code: ErrorCode): string {
  switch (code) {
    case 'not_found':
      return 'the tenant does not exist, or the key cannot see it';
    case 'unauthorized':
    case 'forbidden':
      return 'check the key';
    default:
      return 'another error';
  }
}

try {
  await countersign.getTenant({ tenantId: 'tenant_01h455vb4pex5vsknk084sn02q' });
} catch (error) {
  if (!(error instanceof CountersignError)) throw error;
  const advice = error.retryable ? 'retry later' : 'do not retry';
  console.log(`${explain(error.code)} (request ${error.requestId}, ${advice})`);
}

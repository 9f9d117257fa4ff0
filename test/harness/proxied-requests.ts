// Runs as a process of its own, whose environment names the proxies and the certificate. It prints one JSON document.
import { createClient } from '../../client/src/index.ts';
import { createStsBudget } from '../../src/aws/sts-budget.ts';
import { createStsClient } from '../../src/aws/sts-client/sts-client.ts';
import { readConfig } from '../../src/config/config.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { fetchJson } from '../../src/lib/fetch-json.ts';
import { OutboundAgent } from '../../src/lib/outbound-agent.ts';

const [stsUrl = '', issuerUrl = '', serviceUrl = ''] = process.argv.slice(2);
const { proxies } = readConfig('sandbox');
const agent = new OutboundAgent(proxies);
const sts = createStsClient({
  region: 'us-east-1',
  clock: systemClock,
  timeoutSeconds: 20,
  budget: createStsBudget({ clock: systemClock, maxPerSecond: 100, maxPerSecondPerTenant: 100 }),
  endpoint: stsUrl,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  proxies,
});
const client = createClient({ url: serviceUrl, key: 'csk_test', maxRetries: 0, allowInsecureHttp: true });

/** The result, or the code or text of the error. */
async function attempt<T>(work: () => Promise<T>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const { failure, code, message } = error as { failure?: string; code?: string; message: string };
    return { error: failure ?? code ?? message, message };
  }
}

const results = {
  sts: await attempt(() => sts.callerIdentity()),
  stsAgain: await attempt(() => sts.callerIdentity()),
  issuer: await attempt(() => fetchJson(issuerUrl, { timeoutMs: 5000, maxBytes: 1000, agent })),
  client: await attempt(() => client.createTenant({ name: 'A' })),
};
sts.close();
agent.destroy();
process.stdout.write(JSON.stringify(results));

import type { StsError } from '../../../../aws/sts.ts';
import { failed, ok, warning } from '../../check-result.ts';
import { describeError } from '../../secrets.ts';
import type { BrokerCheck } from './broker-check.ts';

type EndpointCheck = Pick<BrokerCheck, 'settings' | 'isMain' | 'values' | 'redact'>;

const GLOBAL_ENDPOINT = 'sts.amazonaws.com';
const GLOBAL_REGION = 'aws-global';

export function regionResult({ settings, isMain, values }: EndpointCheck) {
  const CHECK = 'sts.region';
  const { region } = settings;
  if (region === GLOBAL_REGION || hostOf(endpointOf({ settings, isMain, values })) === GLOBAL_ENDPOINT)
    return warning(
      CHECK,
      `the global endpoint ${GLOBAL_ENDPOINT} is called, which has higher latency and less redundancy, and whose session tokens do not work in opt-in Regions`,
      'Set AWS_REGION to the Region that this process runs in, and unset AWS_ENDPOINT_URL_STS.',
    );
  if (isMain && values.AWS_REGION === undefined && values.AWS_DEFAULT_REGION === undefined)
    return warning(
      CHECK,
      `neither AWS_REGION nor AWS_DEFAULT_REGION is set: STS of ${region} is called`,
      'Set AWS_REGION to the Region that this process runs in.',
    );
  return ok(CHECK, `STS of ${region} is called`);
}

/** Judges whether STS responded. Any response of STS counts, also one that rejects the credentials. */
export function endpointResult(check: EndpointCheck, error: StsError | null) {
  const CHECK = 'sts.endpoint';
  const endpoint = endpointOf(check) ?? `STS of ${check.settings.region}`;
  if (error === null || hasStsResponded(error)) {
    if (error?.failure !== 'region_disabled') return ok(CHECK, `${endpoint} responds`);
    return failed(
      CHECK,
      `${endpoint} responds with RegionDisabledException: STS of ${check.settings.region} is not active for the account`,
      'Activate the Region under IAM, Account settings, Security Token Service; or set AWS_REGION to a Region that is active.',
    );
  }
  return failed(
    CHECK,
    `${endpoint} does not respond: ${describeCause(error, check.redact)}`,
    'Check AWS_REGION, AWS_ENDPOINT_URL_STS, DNS, the route to it (internet or a VPC endpoint for STS), security groups and proxies.',
  );
}

/** The configured endpoint; null: the SDK derives it from the Region. */
function endpointOf({ settings, isMain, values }: Omit<EndpointCheck, 'redact'>): string | null {
  if (settings.stsEndpoint !== null || !isMain) return settings.stsEndpoint;
  return values.AWS_ENDPOINT_URL_STS ?? values.AWS_ENDPOINT_URL ?? null;
}

const hostOf = (endpoint: string | null): string =>
  endpoint !== null && URL.canParse(endpoint) ? new URL(endpoint).host : '';

function hasStsResponded({ cause, awsRequestId }: StsError): boolean {
  const { $metadata } = (cause ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return awsRequestId !== null || $metadata?.httpStatusCode !== undefined;
}

/** The error of the socket or of TLS says more than the name that the SDK gives to all of them. */
function describeCause(error: StsError, redact: (text: string) => string): string {
  const { code } = (error.cause ?? {}) as { code?: unknown };
  const text = describeError(error, redact);
  return typeof code === 'string' && !text.includes(code) ? `${text} (${code})` : text;
}

import type { Config } from '../../../config/config.ts';
import { proxyFor } from '../../../lib/proxy-settings.ts';
import { ok, type Report } from '../check-result.ts';

const CHECK = 'proxies';

/** Reports the proxies of the environment, and whether calls to STS go through one. */
export function checkProxies(
  { proxies, brokers }: Pick<Config, 'proxies' | 'brokers'>,
  report: Report,
): void {
  const { https, http, noProxy } = proxies;
  if (https === null && http === null) {
    report(ok(CHECK, 'none is set: all requests go out directly'));
    return;
  }
  const exceptions = ['loopback', ...noProxy].join(', ');
  if (https !== null)
    report(ok(CHECK, `https requests go through ${originOf(https)}, except to ${exceptions}`));
  if (http !== null) report(ok(CHECK, `http requests go through ${originOf(http)}, except to ${exceptions}`));
  for (const { region, stsEndpoint } of brokers) {
    const url = new URL(stsEndpoint ?? `https://sts.${region}.amazonaws.com`);
    const proxy = proxyFor(proxies, url);
    report(ok(CHECK, `${url.host} is reached ${proxy === null ? 'directly' : `through ${originOf(proxy)}`}`));
  }
}

/** The URL may hold a user name and a password, which are left out. */
function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

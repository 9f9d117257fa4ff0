import { failed, ok, type Report, warning } from '../check-result.ts';

const CHECK = 'proxies';
const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY'];

type Values = Readonly<Record<string, string>>;

/** Reports the proxies that the environment sets for calls to STS, token issuers and webhooks. */
export function checkProxies(values: Values, report: Report): void {
  for (const name of [...PROXY_VARIABLES, 'NO_PROXY']) reportContradiction(name, values, report);
  const proxies = PROXY_VARIABLES.filter((name) => proxyOf(name, values) !== undefined);
  for (const name of proxies)
    report(proxyResult(name, proxyOf(name, values) ?? '', proxyOf('NO_PROXY', values)));
  if (proxies.length === 0) report(ok(CHECK, 'none is set: all calls go out directly'));
}

const proxyOf = (name: string, values: Values): string | undefined =>
  values[name.toLowerCase()] ?? values[name];

function reportContradiction(name: string, values: Values, report: Report): void {
  const [lower, upper] = [values[name.toLowerCase()], values[name]];
  if (lower === undefined || upper === undefined || lower === upper) return;
  report(
    warning(
      CHECK,
      `${name} and ${name.toLowerCase()} are both set and differ; the lower-case one is used`,
      `Set ${name} alone, since other programs on this machine may prefer it.`,
    ),
  );
}

function proxyResult(name: string, value: string, noProxy: string | undefined) {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return failed(
      CHECK,
      `${name} is not an http or https URL`,
      `Set ${name} to a URL such as http://proxy.example.com:3128, or unset it.`,
    );
  const except = noProxy === undefined ? 'loopback' : `loopback and NO_PROXY (${noProxy})`;
  // The host alone: the URL may hold a user name and a password.
  return ok(CHECK, `${name}: calls go through ${url.protocol}//${url.host}, except to ${except}`);
}

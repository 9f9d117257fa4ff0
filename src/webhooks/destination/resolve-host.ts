import { lookup, Resolver } from 'node:dns/promises';

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** By RFC 6761, these names are loopback, also where no file says so. */
const LOCALHOST = /(^|\.)localhost\.?$/i;

/**
 * Looks up all addresses of a host name. It asks the name servers without the threads that `dns.lookup` occupies: a name
 * server that does not answer for one webhook would otherwise delay every look-up of this process, those for STS too. Only
 * a name that the servers do not know, at once, is looked up as the operating system does, with /etc/hosts.
 */
export async function resolveHost(hostname: string): Promise<string[]> {
  if (LOCALHOST.test(hostname)) return ['127.0.0.1', '::1'];
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  const results = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  if (addresses.length > 0) return addresses;
  const timeout = results.find((result) => result.status === 'rejected' && isTimeout(result.reason));
  if (timeout?.status === 'rejected') throw timeout.reason;
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

const isTimeout = (error: { code?: unknown }): boolean => error.code === 'ETIMEOUT';

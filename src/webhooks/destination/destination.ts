import { isIP } from 'node:net';
import type { PrivateHosts } from './private-hosts.ts';
import { isNat64Address, isPublicAddress } from './public-address.ts';

/** Where webhooks may be sent. */
export interface DestinationRules {
  privateHosts: PrivateHosts;
  /** True in the sandbox. */
  allowsLoopback: boolean;
}

/** Looks up all addresses of a host name. Rejects if it has none. */
export type Resolve = (hostname: string) => Promise<string[]>;

export class DestinationRefused extends Error {}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i;

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/**
 * Returns the addresses that a request to this URL may be sent to. The request must use these and not look the name up
 * again, because the answer may be another then (DNS rebinding).
 * @throws DestinationRefused if any address is not allowed
 */
export async function resolveDestination(
  url: URL,
  rules: DestinationRules,
  resolve: Resolve,
): Promise<string[]> {
  const host = hostOf(url);
  const resolved = isIP(host) ? [host] : await resolve(host);
  if (resolved.length === 0) throw new Error(`${host} has no address`);
  // Some networks add a NAT64 address to every name. It is not used, and does not make a public host unreachable.
  const native = resolved.filter((address) => !isNat64Address(address));
  const addresses = native.length > 0 ? native : resolved;
  for (const address of addresses) assertAllowed(url, address, rules);
  return addresses;
}

function assertAllowed(url: URL, address: string, { privateHosts, allowsLoopback }: DestinationRules): void {
  if (isIP(address) === 0) throw new DestinationRefused('the address of the host is not an IP address');
  if (privateHosts.hasName(hostOf(url)) || privateHosts.hasAddress(address)) return;
  if (allowsLoopback && LOOPBACK.test(address)) return;
  if (!isPublicAddress(address)) throw new DestinationRefused('the address of the host is not public');
  if (url.protocol !== 'https:') throw new DestinationRefused('the URL must use https');
}

import ipaddr from 'ipaddr.js';

/** Azure's virtual public address of the host that a machine runs on, which also serves metadata. */
const AZURE_HOST = '168.63.129.16';
/** What IANA has assigned to the public internet. Everything else of IPv6 is special or unassigned. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Reports whether a gateway translates this IPv6 address to an IPv4 address that is part of it. */
export function isNat64Address(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.parse(text).range() === 'rfc6052';
}

/**
 * Reports whether an IP address belongs to the public internet. Refused are, among others, private, loopback, link-local
 * (with cloud metadata), carrier-grade NAT, multicast and reserved addresses, and IPv6 addresses that contain an IPv4
 * address (NAT64, 6to4, Teredo), because a gateway would send the request to that one.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  // An IPv4-mapped IPv6 address reaches the IPv4 address.
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST);
  return address.toString() !== AZURE_HOST;
}

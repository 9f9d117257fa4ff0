import ipaddr from 'ipaddr.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** Host names and address blocks that webhooks may reach although they are not public. */
export interface PrivateHosts {
  hasName(name: string): boolean;
  hasAddress(address: string): boolean;
}

/** Reports whether a text is a host name, an IP address or a CIDR block. */
export function isPrivateHost(text: string): boolean {
  return parseBlock(text) !== null || (HOST_NAME.test(text) && !isAddressInDisguise(text));
}

/** Reports whether a URL would take this host name for an address, such as `0x7f.1`. */
function isAddressInDisguise(name: string): boolean {
  const url = `http://${name}`;
  return !URL.canParse(url) || new URL(url).hostname !== name.toLowerCase();
}

/** @param entries each as `isPrivateHost` accepts it */
export function parsePrivateHosts(entries: readonly string[]): PrivateHosts {
  const blocks = entries.flatMap((entry) => parseBlock(entry) ?? []);
  const names = new Set(
    entries.filter((entry) => parseBlock(entry) === null).map((entry) => normalizeName(entry)),
  );
  return {
    hasName: (name) => names.has(normalizeName(name)),
    hasAddress: (text) => {
      const address = ipaddr.process(text);
      return blocks.some(({ network, bits }) => {
        return network.kind() === address.kind() && address.match(network, bits);
      });
    },
  };
}

const normalizeName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

interface Block {
  network: ipaddr.IPv4 | ipaddr.IPv6;
  bits: number;
}

/** Parses a block, or an address as the block of that address alone. */
function parseBlock(text: string): Block | null {
  const [address = '', bits] = text.split('/', 2);
  // The parser would also accept decimal, octal and shortened forms.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return null;
  const network = ipaddr.parse(address);
  const maxBits = network.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return { network, bits: maxBits };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= maxBits ? { network, bits: Number(bits) } : null;
}

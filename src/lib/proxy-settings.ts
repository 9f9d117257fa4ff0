import { BlockList, isIP } from 'node:net';

/** The proxies of this process, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY name them; null: none. */
export interface ProxySettings {
  https: string | null;
  http: string | null;
  /** Hosts that are reached without a proxy: names (with their subdomains), addresses, CIDR blocks, or `*`. */
  noProxy: readonly string[];
}

/** The URL of the proxy for requests to this URL; null: none. Loopback never goes through a proxy. */
export function proxyFor({ https, http, noProxy }: ProxySettings, url: URL): string | null {
  const proxy = url.protocol === 'https:' ? https : http;
  if (proxy === null) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return isLoopback(host) || noProxy.some((entry) => matches(entry, host, port)) ? null : proxy;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost$/i.test(host) || contains(LOOPBACK, host);
}

/** Curl, Go and Python agree on these forms; each also takes a name for the name and its subdomains. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const block = parseBlock(entry);
  if (block) return contains(block, host);
  const [, name = '', entryPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const domain = name.replace(/^\*?\./, '').toLowerCase();
  return domain !== '' && (host.toLowerCase() === domain || host.toLowerCase().endsWith(`.${domain}`));
}

function parseBlock(entry: string): BlockList | null {
  const [, address = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(entry) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return null;
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return block;
}

function contains(block: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && block.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

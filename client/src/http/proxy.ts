import { BlockList, isIP } from 'node:net';

/**
 * The URL of the proxy for requests to this URL, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say; undefined: none. Loopback
 * never goes through a proxy. The names in lower case take precedence, as for curl.
 */
export function findProxy(url: URL, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  const proxy = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === '') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const exceptions = read('NO_PROXY').split(/[\s,]+/);
  if (isLoopback(host) || exceptions.some((entry) => matches(entry, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost$/i.test(host) || contains(LOOPBACK, host);
}

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

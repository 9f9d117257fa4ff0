import { readFile } from 'node:fs/promises';
import { CountersignError, invalidOptions } from './error.ts';
import { findProxy } from './http/proxy.ts';

/** The service's URL and the API key. Options that are omitted are read from the environment at each request. */
export interface EndpointOptions {
  /** Base URL of Countersign, with or without a path. Default: `COUNTERSIGN_URL`. */
  url?: string | URL | undefined;
  /**
   * The API key, or a function that is called for it at each request. Default: the content of `keyFile`, then
   * `COUNTERSIGN_KEY`, then the content of the file that `COUNTERSIGN_KEY_FILE` names.
   */
  key?: string | (() => string | Promise<string>) | undefined;
  /**
   * Path of a file that contains only the key. It is read at each request, so a replaced key takes effect at once. A file
   * that is missing, unreadable or empty is a retryable error, since it may be about to be replaced. It is read once more
   * if the service rejects the key, since it may have been half written.
   */
  keyFile?: string | undefined;
  /**
   * Allows `http://` URLs for hosts other than loopback. Key and credentials then cross the network unencrypted.
   * @default false
   */
  allowInsecureHttp?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Endpoint {
  /** Without a trailing slash, so that paths of the API can be appended. */
  baseUrl: string;
  key: string;
  /** The proxy through which the service is reached; undefined: none. */
  proxyUrl: string | undefined;
}

/**
 * Resolves the options against the environment. Nothing reads the environment on import. An empty variable counts as
 * unset.
 * @throws CountersignError `invalid_options`, `key_file_unavailable`
 */
export async function resolveEndpoint(
  options: EndpointOptions,
  env: Environment = process.env,
): Promise<Endpoint> {
  const baseUrl = resolveBaseUrl(options, env);
  const key = validateKey(await resolveKey(options, env));
  return { baseUrl, key, proxyUrl: resolveProxy(new URL(baseUrl), env) };
}

function resolveBaseUrl(options: EndpointOptions, env: Environment): string {
  const configured = options.url ?? (env.COUNTERSIGN_URL || undefined);
  if (configured === undefined) {
    throw invalidOptions('The URL of Countersign is missing: pass `url` or set COUNTERSIGN_URL.');
  }
  const url = parseUrl(configured);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && options.allowInsecureHttp !== true) {
    throw invalidOptions(
      `The URL of Countersign uses http:// for ${url.hostname}, so anyone on the network could read the key and the credentials. ` +
        'Use https://, or allow http:// with `allowInsecureHttp` (--allow-insecure-http).',
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function parseUrl(configured: string | URL): URL {
  const url = URL.canParse(String(configured)) ? new URL(configured) : undefined;
  const hasBaseOnly = url && !url.username && !url.password && !url.search && !url.hash;
  if (!hasBaseOnly || !['http:', 'https:'].includes(url.protocol)) {
    // The message does not repeat the URL, which may contain a password.
    throw invalidOptions(
      'The URL of Countersign must be like https://countersign.example.com, without user, password, query or fragment.',
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function resolveProxy(url: URL, env: Environment): string | undefined {
  const proxy = findProxy(url, env);
  if (proxy === undefined || /^https?:$/.test(URL.canParse(proxy) ? new URL(proxy).protocol : ''))
    return proxy;
  // The message does not repeat the URL, which may contain a password.
  throw invalidOptions('HTTPS_PROXY and HTTP_PROXY must be http:// or https:// URLs.');
}

async function resolveKey(options: EndpointOptions, env: Environment): Promise<string> {
  const { key, keyFile } = options;
  if (key !== undefined && keyFile !== undefined) throw invalidOptions('Pass `key` or `keyFile`, not both.');
  if (typeof key === 'function') return key();
  if (key !== undefined) return key;
  if (keyFile !== undefined) return readKeyFile(keyFile);
  const { COUNTERSIGN_KEY: keyVariable, COUNTERSIGN_KEY_FILE: fileVariable } = env;
  if (keyVariable && fileVariable) {
    throw invalidOptions('COUNTERSIGN_KEY and COUNTERSIGN_KEY_FILE are both set. Unset one of them.');
  }
  if (keyVariable) return keyVariable;
  if (fileVariable) return readKeyFile(fileVariable);
  throw invalidOptions(
    'The API key is missing: pass `key` or `keyFile`, or set COUNTERSIGN_KEY or COUNTERSIGN_KEY_FILE.',
  );
}

async function readKeyFile(file: string): Promise<string> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CountersignError('key_file_unavailable', `The key file cannot be read (${code}).`, { cause });
  }
  if (content.trim() === '') throw new CountersignError('key_file_unavailable', 'The key file is empty.');
  return content;
}

/** Surrounding white space is removed, since editors and secret stores add a newline at the end. */
function validateKey(text: string): string {
  const key = text.trim();
  if (key === '') throw invalidOptions('The API key is empty.');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw invalidOptions(
      'The API key contains characters that no key has. Pass the complete key and nothing else.',
    );
  }
  return key;
}

import { readFile } from 'node:fs/promises';
import { CountersignError } from './error.ts';

/** Where Countersign is, and who asks. What is left out is read from the environment at each request. */
export interface Access {
  /** Base URL of Countersign. Default: `COUNTERSIGN_URL`. */
  url?: string | URL | undefined;
  /**
   * The API key, or a function that gets it, for keys that change. Default: that of `keyFile`, `COUNTERSIGN_KEY`, or
   * the file that `COUNTERSIGN_KEY_FILE` names.
   */
  key?: string | (() => string | Promise<string>) | undefined;
  /** A file that holds the key alone. It is read at each request, so a key that is exchanged there holds at once. */
  keyFile?: string | undefined;
  /**
   * Allows `http://` to other hosts than this one: key and credentials are then readable to whoever is in between.
   * @default false
   */
  allowInsecureHttp?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a request goes and what it is authorized with. */
export interface Endpoint {
  /** Without a slash at its end. */
  base: string;
  key: string;
}

/** The only look at `process.env`, and never at import. An empty variable counts as unset. */
export async function resolveEndpoint(access: Access, env: Environment = process.env): Promise<Endpoint> {
  return { base: resolveUrl(access, env), key: checkKey(await resolveKey(access, env)) };
}

export function resolveUrl(access: Access, env: Environment = process.env): string {
  const given = access.url ?? (env.COUNTERSIGN_URL || undefined);
  if (given === undefined)
    throw invalid('There is no URL of Countersign: give `url`, or set COUNTERSIGN_URL.');
  const url = parse(given);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && access.allowInsecureHttp !== true) {
    throw invalid(
      `Countersign's URL is http:// to ${url.hostname}, which sends key and credentials readable to anybody in between. ` +
        'Use https://, or allow it explicitly.',
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function parse(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (!plain || !['http:', 'https:'].includes(url.protocol)) {
    // It may hold a password, so it is not repeated.
    throw invalid(
      "Countersign's URL must be like https://countersign.example.com, without user, query or fragment.",
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

async function resolveKey(access: Access, env: Environment): Promise<string> {
  if (access.key !== undefined && access.keyFile !== undefined)
    throw invalid('Give `key` or `keyFile`, not both.');
  if (typeof access.key === 'function') return access.key();
  if (access.key !== undefined) return access.key;
  if (access.keyFile !== undefined) return readKey(access.keyFile);
  const { COUNTERSIGN_KEY: key, COUNTERSIGN_KEY_FILE: file } = env;
  if (key && file)
    throw invalid('COUNTERSIGN_KEY and COUNTERSIGN_KEY_FILE are both set; which one counts? Unset one.');
  if (key) return key;
  if (!file) {
    throw invalid('There is no API key: give `key`, or set COUNTERSIGN_KEY or COUNTERSIGN_KEY_FILE.');
  }
  return readKey(file);
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid(`The key file cannot be read (${(cause as NodeJS.ErrnoException).code}).`, cause);
  }
}

/** White space around it is forgiven: files and secret stores end lines. */
function checkKey(text: string): string {
  const key = text.trim();
  if (key === '') throw invalid('The API key is empty.');
  if (!/^[\x21-\x7e]+$/.test(key))
    throw invalid('The API key has characters that no key has. Is it the whole key alone?');
  return key;
}

export function invalid(detail: string, cause?: unknown): CountersignError {
  return new CountersignError('invalid_options', detail, { cause });
}

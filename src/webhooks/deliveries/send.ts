import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Webhook as Signer } from 'standardwebhooks';
import { OutboundAgent } from '../../lib/outbound-agent.ts';
import { type ProxySettings, proxyFor } from '../../lib/proxy-settings.ts';
import { withTimeout } from '../../lib/with-timeout.ts';
import {
  DestinationRefused,
  type DestinationRules,
  hostOf,
  type Resolve,
  resolveDestination,
} from '../destination/destination.ts';

const TIMEOUT_MS = 10_000;
const MAX_EXCERPT_BYTES = 500;

/** A message for one receiver. */
interface WebhookMessage {
  url: string;
  /** The same for each attempt, so that a receiver can recognize a message that it got before. */
  id: string;
  body: string;
  /** One signature is made with each. */
  secrets: readonly string[];
  sentAt: Date;
}

/** What became of one attempt to send a message. */
export interface AttemptResult {
  /** gone: the receiver says that it wants no more messages (status 410). */
  outcome: 'delivered' | 'failed' | 'gone';
  responseStatus: number | null;
  /** The beginning of the response if it is no success. */
  responseExcerpt: string | null;
  /** Why it failed, in words. */
  error: string | null;
}

export interface WebhookSender {
  /**
   * Checks whether messages may be sent to this URL. A host name that cannot be looked up now is allowed.
   * @throws DestinationRefused
   */
  checkDestination(url: string): Promise<void>;
  /** Sends a message once. Never rejects. */
  send(message: WebhookMessage): Promise<AttemptResult>;
}

interface SenderOptions {
  rules: DestinationRules;
  resolve: Resolve;
  proxies: ProxySettings;
  userAgent: string;
}

export function createWebhookSender(options: SenderOptions): WebhookSender {
  const agent = new OutboundAgent(options.proxies);
  return {
    async checkDestination(url) {
      try {
        await findAddresses(new URL(url), options);
      } catch (error) {
        if (error instanceof DestinationRefused) throw error;
        if (!url.startsWith('https:')) throw new DestinationRefused('the host of the URL was not found');
      }
    },
    async send(message) {
      try {
        return await sendOnce(message, agent, options);
      } catch (error) {
        return { outcome: 'failed', responseStatus: null, responseExcerpt: null, error: describe(error) };
      }
    },
  };
}

/**
 * The addresses that a request must use. null: it goes through a proxy, which looks the name up itself and must keep
 * requests out of the vendor's network; what the URL alone tells is checked all the same.
 */
async function findAddresses(url: URL, { rules, resolve, proxies }: SenderOptions): Promise<string[] | null> {
  const host = hostOf(url);
  const isProxied = proxyFor(proxies, url) !== null;
  if (!isProxied || isIP(host)) {
    const addresses = await resolveDestination(url, rules, resolve);
    return isProxied ? null : addresses;
  }
  if (url.protocol !== 'https:' && !rules.privateHosts.hasName(host))
    throw new DestinationRefused('the URL must use https');
  return null;
}

async function sendOnce(
  message: WebhookMessage,
  agent: OutboundAgent,
  options: SenderOptions,
): Promise<AttemptResult> {
  const url = new URL(message.url);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const addresses = await withTimeout(TIMEOUT_MS, findAddresses(url, options), timedOut);
  try {
    const response = await post(url, message, {
      agent,
      signal,
      headers: { 'user-agent': options.userAgent },
      ...(addresses && { lookup: pinnedLookup(addresses) }),
    });
    return await toResult(response);
  } catch (error) {
    throw signal.aborted ? timedOut() : error;
  }
}

/** Answers every look-up of this request with the addresses that were checked. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first] = all;
    if (options.all) callback(null, all);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** node:http follows no redirects. */
function post(
  url: URL,
  { id, body, secrets, sentAt }: WebhookMessage,
  { headers, ...options }: https.RequestOptions,
): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const all = {
      ...headers,
      'content-type': 'application/json',
      // Without compression, a small response cannot expand into a huge one.
      'accept-encoding': 'identity',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, sentAt, body)).join(' '),
    };
    request(url, { ...options, method: 'POST', headers: all }, resolve)
      .on('error', reject)
      // Status 101 closes the request without a response and without an error.
      .on('close', () => reject(new Error('the connection was closed without a response')))
      .end(body);
  });
}

async function toResult(response: http.IncomingMessage): Promise<AttemptResult> {
  const responseStatus = response.statusCode ?? 0;
  if (responseStatus >= 200 && responseStatus < 300) {
    response.destroy();
    return { outcome: 'delivered', responseStatus, responseExcerpt: null, error: null };
  }
  const isRedirect = responseStatus >= 300 && responseStatus < 400;
  return {
    outcome: responseStatus === 410 ? 'gone' : 'failed',
    responseStatus,
    responseExcerpt: await readExcerpt(response),
    error: `the receiver responded with status ${responseStatus}${isRedirect ? '; redirects are not followed' : ''}`,
  };
}

/** Reads the beginning of a response and drops the rest, also if the receiver sends it slowly or never ends it. */
async function readExcerpt(response: http.IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_EXCERPT_BYTES) break;
    }
  } catch {
    // The status has arrived, and counts.
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_EXCERPT_BYTES).toString('utf8');
  return text.replace(/\p{Cc}+/gu, ' ').trim() || null;
}

function timedOut(): Error {
  return new Error(`no response within ${TIMEOUT_MS / 1000} seconds`);
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? `the request failed: ${code}` : String(message);
}

import type { ProxySettings } from '../lib/proxy-settings.ts';
import { VERSION } from '../version.ts';
import { createWebhookSender, type WebhookSender } from './deliveries/send.ts';
import { parsePrivateHosts } from './destination/private-hosts.ts';
import { resolveHost } from './destination/resolve-host.ts';

/** @param isSandbox true admits loopback */
export function openWebhookSender(
  { webhooks, proxies }: { webhooks: { privateHosts: readonly string[] }; proxies: ProxySettings },
  isSandbox: boolean,
): WebhookSender {
  return createWebhookSender({
    rules: { privateHosts: parsePrivateHosts(webhooks.privateHosts), allowsLoopback: isSandbox },
    resolve: resolveHost,
    proxies,
    userAgent: `Countersign/${VERSION}`,
  });
}

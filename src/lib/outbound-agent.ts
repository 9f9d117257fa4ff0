import http from 'node:http';
import https from 'node:https';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { type ProxySettings, proxyFor } from './proxy-settings.ts';

type AgentOptions = Pick<http.AgentOptions, 'keepAlive' | 'maxSockets'>;

/**
 * Sends each http or https request directly or through a proxy, as the settings say for its host. A request fails if
 * the proxy refuses the connection: the proxy's response must never be taken for one of the host.
 */
export class OutboundAgent extends Agent {
  readonly #settings: ProxySettings;
  readonly #options: AgentOptions;
  readonly #agents = new Map<string, http.Agent>();

  constructor(settings: ProxySettings, options: AgentOptions = {}) {
    // Requests take `Connection: keep-alive` from this agent, although the agents below keep the sockets.
    super({ keepAlive: options.keepAlive ?? false });
    this.#settings = settings;
    this.#options = options;
  }

  connect(request: http.ClientRequest, { secureEndpoint, host, port }: AgentConnectOpts): http.Agent {
    const scheme = secureEndpoint ? 'https' : 'http';
    const hostname = host?.includes(':') ? `[${host}]` : host;
    const proxy = proxyFor(this.#settings, new URL(`${scheme}://${hostname}:${port}`));
    if (proxy !== null && secureEndpoint) rejectRefusals(request);
    return this.#agent(scheme, proxy);
  }

  override destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    super.destroy();
  }

  #agent(scheme: 'http' | 'https', proxy: string | null): http.Agent {
    const key = `${scheme} ${proxy}`;
    const agent = this.#agents.get(key) ?? this.#createAgent(scheme, proxy);
    this.#agents.set(key, agent);
    return agent;
  }

  #createAgent(scheme: 'http' | 'https', proxy: string | null): http.Agent {
    if (proxy === null) return new (scheme === 'https' ? https : http).Agent(this.#options);
    if (scheme === 'https') return new HttpsProxyAgent(proxy, this.#options);
    // It rewrites the path of a request only when it opens a socket, so a socket must not be used twice.
    return new HttpProxyAgent(proxy, { ...this.#options, keepAlive: false });
  }
}

/** By default, HttpsProxyAgent passes the response of a proxy that refuses to connect on as the response of the host. */
function rejectRefusals(request: http.ClientRequest): void {
  request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
    if (statusCode !== 200)
      request.destroy(new Error(`the proxy refused to connect, with status ${statusCode}`));
  });
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

/** A TCP proxy on loopback, whose connections a test can silence, slow down and cut. */
export interface TcpProxy {
  /** Returns the URL with this proxy in place of the server. */
  through(url: string): string;
  /** How long each piece of data is held back, in each direction. */
  delayMs: number;
  /**
   * Silences the open connections for good, as a firewall does that has forgotten them: they stay open, and nothing comes
   * any more. New connections work.
   */
  freezeOpen(): void;
  /** Holds back everything, also on new connections, which are accepted but not forwarded. */
  pause(): void;
  /** Forwards again what was held back since `pause`. */
  resume(): void;
  /** Resets all open connections. */
  cutAll(): void;
  /** Refuses new connections until `accept`, and resets the open ones. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

interface Tunnel {
  client: Socket;
  upstream: Socket;
}

/** Starts a proxy in front of the server of this URL. */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const tunnels = new Set<Tunnel>();
  /** Work that waits for `resume`. */
  const held: (() => unknown)[] = [];
  let isPaused = false;

  const open = (client: Socket): void => {
    // Other errors, such as a reset, are followed by the event 'close', which ends the tunnel.
    client.on('error', () => undefined);
    const upstream = new Socket().on('error', () => undefined);
    const tunnel = { client, upstream };
    tunnels.add(tunnel);
    upstream.on('close', () => tunnels.delete(tunnel));
    forward(client, upstream);
    forward(upstream, client);
    whenForwarding(() => {
      if (client.destroyed) tunnels.delete(tunnel);
      else upstream.connect(Number(target.port || 5432), target.hostname);
    });
  };

  /** Passes on data and the end of a connection in order, after the delay and not while the proxy is paused. */
  const forward = (from: Socket, to: Socket): void => {
    const pass = (work: () => unknown): void => {
      const run = (): void => whenForwarding(work);
      if (proxy.delayMs > 0) setTimeout(run, proxy.delayMs);
      else run();
    };
    from.on('data', (chunk) => pass(() => !to.destroyed && to.write(chunk)));
    from.on('end', () => pass(() => to.end()));
    from.on('close', () => pass(() => to.destroy()));
  };

  const whenForwarding = (work: () => unknown): void => {
    if (isPaused) held.push(work);
    else work();
  };

  const cutAll = (): void => {
    for (const { client, upstream } of tunnels) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    tunnels.clear();
  };

  const listen = async (port: number): Promise<Server> => {
    const server = createServer({ noDelay: true }, open).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };

  let server: Server | null = await listen(0);
  const { port } = server.address() as AddressInfo;

  const refuse = async (): Promise<void> => {
    const closing = server && once(server, 'close');
    server?.close();
    server = null;
    cutAll();
    await closing;
  };

  const proxy: TcpProxy = {
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    delayMs: 0,
    freezeOpen() {
      for (const { client, upstream } of tunnels) {
        client.removeAllListeners('data').pause();
        upstream.removeAllListeners('data').pause();
      }
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      for (const work of held.splice(0)) work();
    },
    cutAll,
    refuse,
    async accept() {
      server ??= await listen(port);
    },
    close: refuse,
  };
  return proxy;
}

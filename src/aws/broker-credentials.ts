import type { Clock } from '../lib/clock.ts';

/** Finds the broker's credentials and keeps them until they end, as the SDK's chain of providers does. */
export type Chain<Keys, Asked> = (asked: Asked) => Promise<Keys>;

/** A chain that hangs may leave a process or a socket behind, so that none is given up sooner than this after another. */
const REST_SECONDS = 30;

/**
 * The broker's credentials by the SDK's chain, which heals by itself from failing but not from hanging, and never lets go
 * of keys without an end: a process that hangs (`credential_process`), an answer that breaks off (a container's
 * endpoint, AssumeRoleWithWebIdentity) and a file with new keys would each take a restart.
 *
 * @param openChain makes a chain that knows nothing yet
 */
export function brokerCredentials<Keys, Asked>(
  openChain: () => Chain<Keys, Asked>,
  { clock }: { clock: Clock },
) {
  let chain = openChain();
  let asking: Promise<Keys> | undefined;
  let stopWaiting = (): void => {};
  let givenUpAt = Number.NEGATIVE_INFINITY;

  return {
    /** The chain that is asked at the moment, for `recordUnreachable`. */
    chain: () => chain,
    /** For all who ask at the same time the chain is asked once. */
    provide(asked: Asked): Promise<Keys> {
      if (asking) return asking;
      const givenUp = new Promise<never>((_, reject) => {
        stopWaiting = () => reject(new Error("the broker's credentials took too long"));
      });
      const asks = Promise.race([chain(asked), givenUp]).finally(() => {
        if (asking === asks) asking = undefined;
      });
      asking = asks;
      return asks;
    },
    /** This chain hangs, or AWS refuses its keys: the next who ask have another, which has to look anew. */
    recordUnreachable(bad: Chain<Keys, Asked>): void {
      const now = clock.now().getTime();
      if (bad !== chain || now - givenUpAt < REST_SECONDS * 1000) return;
      givenUpAt = now;
      chain = openChain();
      asking = undefined;
      stopWaiting();
    },
  };
}

import type { Clock } from '../../lib/clock.ts';

/** Finds the broker's credentials and caches them until they expire, like the SDK's credential provider chain. */
export type CredentialChain<Credentials, Options> = (options: Options) => Promise<Credentials>;

/** Replacing chains is limited, because each one that hangs may leave a process or a socket behind. */
const MIN_REPLACEMENT_INTERVAL_SECONDS = 30;

/**
 * Provides the broker's credentials from a credential chain of the SDK, and replaces the chain when it hangs or when AWS
 * rejects its credentials. The SDK's chain recovers from errors, but not from these cases, which would need a restart:
 * - a `credential_process` that hangs
 * - a response that breaks off (container credentials endpoint, AssumeRoleWithWebIdentity)
 * - credentials without an expiration, whose file now contains new ones
 *
 * @param createChain creates a chain with an empty cache
 */
export function createBrokerCredentials<Credentials, Options>(
  createChain: () => CredentialChain<Credentials, Options>,
  { clock }: { clock: Clock },
) {
  let chain = createChain();
  let pending: Promise<Credentials> | undefined;
  let rejectPending = (): void => {};
  let replacedAtMs = Number.NEGATIVE_INFINITY;

  return {
    /** The chain in use, to be passed to `replaceChain`. */
    currentChain: () => chain,
    /** Concurrent callers share one request to the chain. */
    provide(options: Options): Promise<Credentials> {
      if (pending) return pending;
      const replaced = new Promise<never>((_, reject) => {
        rejectPending = () => reject(new Error("the broker's credentials took too long"));
      });
      const request = Promise.race([chain(options), replaced]).finally(() => {
        if (pending === request) pending = undefined;
      });
      pending = request;
      return request;
    },
    /** Replaces a chain that hangs or has rejected credentials, unless that chain is no longer in use. */
    replaceChain(badChain: CredentialChain<Credentials, Options>): void {
      const nowMs = clock.now().getTime();
      if (badChain !== chain || nowMs - replacedAtMs < MIN_REPLACEMENT_INTERVAL_SECONDS * 1000) return;
      replacedAtMs = nowMs;
      chain = createChain();
      pending = undefined;
      rejectPending();
    },
  };
}

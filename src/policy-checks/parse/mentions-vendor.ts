import type { CheckContext } from '../context.ts';

/** Whether a policy or statement was probably written for the vendor. */
export function mentionsVendor(policy: unknown, { vendor, externalIds }: CheckContext): boolean {
  const text = (JSON.stringify(policy) ?? '').toLowerCase();
  return [vendor.accountId, ...externalIds].some((value) => text.includes(value));
}

/** How many attempts a process makes for one webhook at the same time. */
export const MAX_CONCURRENT_PER_WEBHOOK = 4;
/** A receiver that does not respond keeps only one attempt waiting, so that even many of them do not use up all. */
const MAX_CONCURRENT_WHILE_FAILING = 1;

/** Counts the attempts in progress of each webhook, and which webhooks fail. */
export class AttemptSlots {
  readonly #active = new Map<string, number>();
  readonly #failing = new Set<string>();

  acquire(webhookId: string): void {
    this.#active.set(webhookId, this.#activeOf(webhookId) + 1);
  }

  release(webhookId: string): void {
    const active = this.#activeOf(webhookId) - 1;
    if (active > 0) this.#active.set(webhookId, active);
    else this.#active.delete(webhookId);
  }

  record(webhookId: string, isDelivered: boolean): void {
    if (isDelivered) this.#failing.delete(webhookId);
    else this.#failing.add(webhookId);
  }

  /** How many more attempts each webhook may have; those that are not listed may have all. */
  free(): Map<string, number> {
    const ids = new Set([...this.#active.keys(), ...this.#failing]);
    return new Map([...ids].map((id) => [id, Math.max(0, this.#limitOf(id) - this.#activeOf(id))]));
  }

  #activeOf(webhookId: string): number {
    return this.#active.get(webhookId) ?? 0;
  }

  #limitOf(webhookId: string): number {
    return this.#failing.has(webhookId) ? MAX_CONCURRENT_WHILE_FAILING : MAX_CONCURRENT_PER_WEBHOOK;
  }
}

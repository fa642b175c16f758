/** Interval at which groups that need it are ticked: the precision of checkpoint times. */
const TICK_MS = 100;

/** Ticks the groups that need it. While none does, nothing wakes the process up. */
export class GroupTicks<Group extends { tick(): void }> {
  readonly #groups = new Set<Group>();
  #timer: NodeJS.Timeout | undefined;

  /** Begins or stops to tick a group. */
  set(group: Group, isNeeded: boolean): void {
    if (isNeeded) this.#groups.add(group);
    else this.#groups.delete(group);
    if (this.#groups.size === 0) this.stop();
    else this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#groups.clear();
  }

  #tick(): void {
    for (const group of this.#groups) group.tick();
  }
}

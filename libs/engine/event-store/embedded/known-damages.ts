import type { Log } from '#libs/engine/runtime/logger.js';
import { type Damage, damageText } from './damage.js';

/** The damages that have been found. Each is logged once. */
export class KnownDamages {
  readonly #all: Damage[] = [];

  constructor(
    found: readonly Damage[],
    private readonly log: Pick<Log, 'error'> | undefined,
  ) {
    for (const damage of found) this.add(damage);
  }

  get all(): readonly Damage[] {
    return this.#all;
  }

  /** Adds damages that have been found. */
  add(damage: Damage): void {
    if (this.#all.some((known) => known.segment === damage.segment && known.offset === damage.offset)) return;
    this.#all.push(damage);
    this.log?.error({ damage }, `the event log is damaged: ${damageText(damage)}`);
  }
}

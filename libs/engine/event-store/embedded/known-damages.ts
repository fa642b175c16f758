import type { Log } from '#libs/engine/runtime/logger.js';
import { type Damage, damageText } from './damage.js';

/** What has been found to be damaged. Each damage is logged once. */
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

  /** Takes in what has been found. */
  add(damage: Damage): void {
    if (this.#all.some((known) => known.segment === damage.segment && known.offset === damage.offset)) return;
    this.#all.push(damage);
    this.log?.error({ damage }, `the event log is damaged: ${damageText(damage)}`);
  }
}

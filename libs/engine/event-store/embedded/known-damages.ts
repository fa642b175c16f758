import type { Log } from '#libs/engine/runtime/logger.js';
import { type Damage, DamagedLogError, damageText } from './damage.js';
import { DamagedRunError } from './index/run.js';

/** The damages of the log and of its index that have been found. Each is logged once. */
export class KnownDamages {
  readonly #all: Damage[] = [];
  readonly #runs = new Map<string, string>();

  /** @param folder of the log */
  constructor(
    private readonly folder: string,
    found: readonly Damage[],
    private readonly log: Pick<Log, 'error'> | undefined,
  ) {
    for (const damage of found) this.#add(damage);
  }

  /** The damages of the log. */
  get all(): readonly Damage[] {
    return this.#all;
  }

  /** Describes each damage, of the log and of its index, with what to do. */
  get texts(): readonly string[] {
    return [...this.#all.map((damage) => new DamagedLogError(this.folder, damage).message), ...this.#runs.values()];
  }

  /** Adds the damage that has caused an error of a read or write, if one has. */
  note(error: unknown): void {
    if (error instanceof DamagedLogError) this.#add(error.damage);
    if (error instanceof DamagedRunError) this.#addRun(error);
  }

  #add(damage: Damage): void {
    if (this.#all.some((known) => isSame(known, damage) || includes(known, damage))) return;
    this.#all.push(damage);
    this.log?.error({ damage }, `the event log is damaged: ${damageText(damage)}`);
  }

  #addRun({ path, message }: DamagedRunError): void {
    if (this.#runs.has(path)) return;
    this.#runs.set(path, message);
    this.log?.error({ file: path }, `the event log is damaged: ${message}`);
  }
}

function isSame(known: Damage, damage: Damage): boolean {
  return known.segment === damage.segment && known.offset === damage.offset;
}

/** Whether the lost events of a damage are among those of a known one, such as a segment that is missing. */
function includes(known: Damage, { position, events }: Damage): boolean {
  if (known.events === undefined || events === undefined || events === 0) return false;
  return position >= known.position && position + events <= known.position + known.events;
}

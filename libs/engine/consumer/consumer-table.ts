import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { ConsumerMetrics } from './consumer-metrics.js';
import { type ConsumerStatus, END_STATES } from './consumer-status.js';
import { type Lag, lagOf } from './lag.js';
import type { GroupRole } from './leased-group.js';

/** A consumer of a process, as health and metrics see it. */
export interface ConsumerEntry {
  readonly name: string;
  readonly streamPrefixes: readonly string[];
  /** The types of the events that it handles; default: all of its streams. */
  readonly events?: readonly string[];
  /** The current role of this process for this consumer. */
  role(): GroupRole;
  status(): ConsumerStatus;
  /** The stored checkpoint, whichever process has saved it. @throws Error it cannot be read now */
  checkpoint(): Promise<bigint>;
}

/** The dependencies of the table. */
export interface TableParts {
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly metrics: ConsumerMetrics;
}

/** How a consumer is doing, in this process. */
export interface ConsumerReport extends ConsumerStatus {
  readonly name: string;
  readonly events?: readonly string[];
  readonly role: GroupRole;
}

/** The consumers of a process: what is entered here shows in the health and in the metrics. */
export class ConsumerTable {
  readonly #entries: readonly ConsumerEntry[];

  constructor(
    entries: readonly ConsumerEntry[],
    private readonly parts: TableParts,
  ) {
    this.#entries = entries;
    parts.metrics.watch({ lags: () => this.lags(), stopped: () => this.#stopped() });
  }

  /** The status of each consumer. */
  reports(): readonly ConsumerReport[] {
    return this.#entries.map(({ name, events, ...entry }) => ({
      name,
      ...(events && { events }),
      role: entry.role(),
      ...entry.status(),
    }));
  }

  /**
   * How far each consumer is behind, whichever process runs it. One whose checkpoint cannot be read now is left out.
   */
  async lags(): Promise<readonly Lag[]> {
    const { eventStore, clock } = this.parts;
    const lags = this.#entries.map(async (entry) => lagOf(entry, await entry.checkpoint(), eventStore, clock()));
    const settled = await Promise.allSettled(lags);
    return settled.flatMap((lag) => (lag.status === 'fulfilled' ? [lag.value] : []));
  }

  #stopped(): ReadonlyMap<string, boolean> {
    return new Map(this.#entries.map((entry) => [entry.name, END_STATES.has(entry.status().state)]));
  }
}

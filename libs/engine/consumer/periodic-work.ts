import { setTimeout as delay } from 'node:timers/promises';
import { waitAfter } from '#libs/engine/kernel/back-off.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { messageOf } from '#libs/engine/runtime/message-of.js';
import type { FailureCounter } from './consumer-runner.js';
import type { GroupReport, Startable } from './leased-group.js';
import type { Turn } from './turn.js';

/** What is known of a work before it runs. */
export interface WorkDeclaration {
  /** Names the log lines, the health and the metrics. */
  readonly name: string;
  /** What it does, for the documentation. */
  readonly does: string;
  /** The rest between two rounds, in milliseconds. */
  readonly everyMs: number;
  /**
   * It has effects outside of the stores: where processes share no documents, one at a time does it all the same. Default:
   * false, its writes are conditional, and each of them may do it.
   */
  readonly reachesOut?: boolean;
}

/** Work that is done again and again, by one of several processes at a time. */
export interface PeriodicWork {
  /** False: this process is configured not to do it; default: true. */
  readonly isOn?: boolean;

  /**
   * Does what is to be done now. Another process may do the same for a moment, so its writes have to be conditional.
   *
   * @param signal is aborted when the work has to stop: the round ends soon
   * @param turn of this process, for what has effects outside of the stores
   * @throws Error the round is tried again, after a pause
   */
  round(signal: AbortSignal, turn: Turn): Promise<void>;
}

/** How a work is doing in this process. */
export interface WorkReport extends GroupReport {
  readonly name: string;
  /** Why the last round failed; undefined: it succeeded, or there has been none. */
  readonly failure?: string;
}

/** Does a work from {@link start} to {@link stop}, whatever fails. */
export class WorkRunner implements Startable {
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  #failuresInARow = 0;
  #failure: string | undefined;

  constructor(
    private readonly declaration: WorkDeclaration,
    private readonly work: PeriodicWork,
    private readonly log: Log,
    private readonly metrics: FailureCounter,
  ) {}

  /** How it is doing. @param group which process does it */
  report(group: GroupReport): WorkReport {
    return { name: this.declaration.name, ...group, ...(this.#failure !== undefined && { failure: this.#failure }) };
  }

  start(turn: Turn): void {
    if (this.#running !== undefined) return;
    const abort = new AbortController();
    this.#running = { abort, ended: this.#run(abort.signal, turn) };
  }

  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.ended;
    this.#running = undefined;
    this.#failure = undefined;
    this.#failuresInARow = 0;
  }

  async #run(signal: AbortSignal, turn: Turn): Promise<void> {
    const { name, everyMs } = this.declaration;
    while (!signal.aborted) {
      try {
        await this.work.round(signal, turn);
        if (this.#failuresInARow > 0) this.log.info({ work: name }, 'background work goes on');
        this.#failuresInARow = 0;
        this.#failure = undefined;
      } catch (error) {
        if (!signal.aborted) this.#failed(error);
      }
      const rest = this.#failuresInARow === 0 ? everyMs : waitAfter(this.#failuresInARow);
      await delay(rest, undefined, { signal }).catch(() => undefined); // stopping
    }
  }

  #failed(error: unknown): void {
    const { name } = this.declaration;
    this.#failure = messageOf(error);
    this.#failuresInARow += 1;
    if (this.#failuresInARow > 1) return;
    this.metrics.failure(name);
    this.log.warn({ err: error, work: name }, 'background work interrupted, trying again');
  }
}

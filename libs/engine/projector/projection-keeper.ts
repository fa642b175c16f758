import { InterruptibleSleep } from '#libs/engine/consumer/interruptible-sleep.js';
import { Progress } from '#libs/engine/consumer/progress.js';
import {
  type Generation,
  type Generations,
  generationsRecord,
  inGeneration,
} from '#libs/engine/documents/port/generations.js';
import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { VersionedRecord } from '#libs/engine/kernel/record-store.js';
import { whenAborted } from '#libs/engine/kernel/when-aborted.js';
import { currentLog } from './current-log.js';
import { GenerationRunner } from './generation-runner.js';
import type { WriterParts } from './generation-writer.js';
import { lost, noGenerations, switched, wanting } from './generations.js';
import { KeeperLog } from './keeper-log.js';
import { KeeperReporter } from './keeper-report.js';
import { dropRetired, lostGeneration } from './obsolete-generations.js';
import { goOnPastSkipped } from './past-skipped.js';
import type { Projection } from './projection.js';
import type { ProjectionStatus } from './projection-status.js';
import { foreignOf, type SetAside } from './set-aside.js';

/** What keeping a projection needs beside what writing its documents needs. */
export interface KeeperParts extends WriterParts {
  readonly clock: Clock;
  /** Is called when another generation of a collection serves. */
  readonly onSwitch: (collection: Collection<object>) => void;
  /** Is called when documents are set aside because they come from another event log. */
  readonly onOtherLog: () => void;
}

/** How often the record is read: an operator may want a rebuild, or documents may have been dropped. */
const RECONCILE_MS = 1_000;

/** How long the old generation may stand still while the new one takes the last events. */
const SWITCH_PATIENCE_MS = 5_000;

const REACHED = Promise.resolve(true);

type StoredGenerations = VersionedRecord<Generations> | undefined;

/**
 * Keeps one projection: the generation that serves is kept up to date. When the definition has changed, or an operator
 * wants it, another generation is built beside it, serves as soon as it has caught up, and the old one is dropped later.
 * Only one process at a time should keep a projection. Two do the same work twice, and get the same documents.
 */
export class ProjectionKeeper {
  private serving: GenerationRunner | undefined;
  private filling: GenerationRunner | undefined;
  private newest = 0;
  private lastSetAside: SetAside | undefined;
  /** The number of the generation that serves, for callers that wait for the first. */
  private readonly served = new Progress(0n);
  private switching: Promise<void> = Promise.resolve();
  private running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  private readonly sleep = new InterruptibleSleep();
  private readonly reporter: KeeperReporter;
  private readonly keeperLog: KeeperLog;

  constructor(
    readonly projection: Projection,
    private readonly parts: KeeperParts,
  ) {
    this.reporter = new KeeperReporter(parts.readModel, projection.collection);
    this.keeperLog = new KeeperLog(projection.name, parts.log);
  }

  /** Starts keeping; does nothing when it does already. */
  start(): void {
    if (this.running !== undefined) return;
    this.served.resume();
    const abort = new AbortController();
    this.running = { abort, ended: this.keep(abort.signal) };
  }

  /** Finishes what is under way and stops. */
  async stop(): Promise<void> {
    if (this.running === undefined) return;
    this.running.abort.abort();
    this.sleep.wake();
    await this.running.ended;
    await Promise.all([this.serving?.stop(), this.filling?.stop()]);
    this.served.end();
    this.serving = undefined;
    this.filling = undefined;
    this.served.moveTo(0n);
    this.running = undefined;
  }

  /** The position that the documents that serve have reached; undefined: none serve, as far as this process knows. */
  get position(): bigint | undefined {
    return this.serving?.position;
  }

  /** How it is doing now. */
  status(): ProjectionStatus {
    const [serving, filling] = [this.serving?.generationStatus(), this.filling?.generationStatus()];
    const setAside = this.lastSetAside;
    return {
      name: this.projection.name,
      ...(serving && { serving }),
      ...(filling && { filling }),
      ...(setAside && { setAside }),
    };
  }

  /**
   * Resolves to true as soon as the documents that serve have reached the position; to false when the time is over
   * first, or at once when the projection has stopped.
   */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    if (this.position !== undefined && position <= this.position) return REACHED;
    return this.waitForServing(position, performance.now() + timeoutMs);
  }

  private async waitForServing(position: bigint, until: number): Promise<boolean> {
    for (;;) {
      const leftMs = until - performance.now();
      if (!(await this.served.waitFor(1n, leftMs))) return false;
      const before = this.serving;
      if (await before?.waitFor(position, leftMs)) return true;
      await this.switching;
      if (this.serving === before) return false;
    }
  }

  private async keep(signal: AbortSignal): Promise<void> {
    await Promise.race([this.parts.readModel.opened(), whenAborted(signal)]);
    while (!signal.aborted) {
      let isDone = true;
      try {
        isDone = !(await this.reconcile());
        this.keeperLog.resumed();
      } catch (error) {
        this.keeperLog.interrupted(error);
      }
      if (isDone && !signal.aborted) await this.sleep.sleep(RECONCILE_MS);
    }
  }

  /** Takes the next step towards what the record says. Answers whether there may be another one. */
  private async reconcile(): Promise<boolean> {
    const { projection, parts } = this;
    const { collection, definition } = projection;
    const stored = await parts.readModel.record<Generations>(generationsRecord(collection));
    const record = stored?.value ?? { ...noGenerations, newest: this.newest };
    this.newest = record.newest;
    const log = await currentLog(parts.identity, RECONCILE_MS);
    const foreign = log.isKnown ? foreignOf(record, log.identity, this.runners()) : undefined;
    if (foreign !== undefined) return this.setAside(stored, record, foreign);
    const gone = await lostGeneration(record, this.runners(), collection, parts.readModel);
    if (gone !== undefined) return this.put(stored, lost(record, gone, parts.clock()));
    const making = { definition, log: log.identity };
    // A generation is begun only when the log that it is made from is known.
    const wanted = log.isKnown ? wanting(record, making, parts.clock()) : record;
    if (wanted !== record) return this.put(stored, wanted);
    await this.runOnly(record);
    for (const runner of this.runners()) runner.checkConnection();
    if (this.filling?.status().state === 'live') return this.switch(stored, record);
    await goOnPastSkipped(this.runners(), projection.name, parts, this.keeperLog);
    this.keeperLog.filling(this.filling);
    await this.reporter.report(this.serving, this.filling);
    const next = await dropRetired(record, collection, parts.readModel, parts.clock());
    return next !== undefined && this.put(stored, next);
  }

  /** Writes the record unless another process has. Either way there may be another step. */
  private async put(stored: StoredGenerations, value: Generations): Promise<boolean> {
    await this.parts.readModel.putRecord(generationsRecord(this.projection.collection), value, stored?.version);
    return true;
  }

  /** Takes documents out of service that come from another log; others are built. */
  private async setAside(stored: StoredGenerations, record: Generations, aside: SetAside): Promise<boolean> {
    const { projection, parts } = this;
    const name = generationsRecord(projection.collection);
    const next = lost(record, aside.generation, parts.clock());
    if ((await parts.readModel.putRecord(name, next, stored?.version)) === undefined) return true;
    await this.runOnly(next);
    this.lastSetAside = aside;
    this.keeperLog.setAside(aside.generation, aside.why);
    parts.metrics.setAside(projection.name);
    parts.onOtherLog();
    return true;
  }

  /** Runs the generations of the record, and no other. */
  private async runOnly({ serving, filling }: Generations): Promise<void> {
    const known = this.runners();
    const run = (generation: Generation | undefined): GenerationRunner | undefined =>
      generation && (known.find(({ number }) => number === generation.number) ?? this.begin(generation));
    const before = this.serving;
    this.serving = run(serving);
    this.filling = run(filling);
    const superfluous = known.filter((runner) => runner !== this.serving && runner !== this.filling);
    await Promise.all(superfluous.map((runner) => runner.stop()));
    if (this.serving === before) return;
    this.parts.onSwitch(this.projection.collection);
    this.served.moveTo(BigInt(this.serving?.number ?? 0));
  }

  private begin(generation: Generation): GenerationRunner {
    const collection = inGeneration(this.projection.collection, generation.number);
    const runner = new GenerationRunner(this.projection, { collection, generation }, this.parts, () =>
      this.sleep.wake(),
    );
    runner.start();
    return runner;
  }

  private runners(): readonly GenerationRunner[] {
    return [this.serving, this.filling].filter((runner) => runner !== undefined);
  }

  /** The old generation stands still until the new one holds what it held, so that no reader goes back in time. */
  private async switch(stored: StoredGenerations, record: Generations): Promise<boolean> {
    let done = (): void => undefined;
    this.switching = new Promise((resolve) => {
      done = resolve;
    });
    try {
      const { serving, filling } = this;
      if (serving !== undefined) {
        const healthy = serving.status().failure === undefined;
        await serving.stop();
        const caughtUp = await filling?.waitFor(serving.position, SWITCH_PATIENCE_MS);
        if (healthy && caughtUp !== true) return false;
      }
      await this.put(stored, switched(record, this.parts.clock()));
      const after = await this.parts.readModel.record<Generations>(generationsRecord(this.projection.collection));
      if (after !== undefined) await this.runOnly(after.value);
      if (filling !== undefined && this.serving === filling) this.keeperLog.switched(filling);
      return true;
    } finally {
      this.serving?.start(); // if it has been stopped and still serves
      done();
    }
  }
}

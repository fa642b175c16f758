import {
  type Generation,
  type Generations,
  generationsRecord,
  inGeneration,
} from '#libs/engine/documents/port/generations.js';
import type { Collection, StoredRecord } from '#libs/engine/documents/port/read-model.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { inTime } from '#libs/engine/kernel/in-time.js';
import { GenerationRunner, type RunnerParts } from './generation-runner.js';
import { droppable, dropped, lost, noGenerations, switched, wanting } from './generations.js';
import { KeeperLog } from './keeper-log.js';
import { KeeperReporter } from './keeper-report.js';
import { type GenerationStatus, KeptGeneration } from './kept-generation.js';
import { Nap } from './nap.js';
import { whileUp } from './outage.js';
import { goOnPastSkipped } from './past-skipped.js';
import { Progress } from './progress.js';
import type { Projection } from './projection.js';
import { foreignOf, type SetAside } from './set-aside.js';

/** What keeping a projection needs beside what a runner needs. */
export interface KeeperParts extends RunnerParts {
  readonly clock: Clock;
  /** Is told when another generation of a collection serves. */
  readonly onSwitch: (collection: Collection<object>) => void;
  /** Is told when documents are set aside because they are of another event log. */
  readonly onOtherLog: () => void;
}

/** How a projection is doing. */
export interface ProjectionStatus {
  readonly name: string;
  /** The generation that answers queries; undefined until the first is complete. */
  readonly serving?: GenerationStatus;
  /** The generation that is being built. */
  readonly filling?: GenerationStatus;
  /** The documents that were set aside last because they are of another event log. */
  readonly setAside?: SetAside;
}

/** How often it looks at the record, for what operators want and for documents that have gone. */
const LOOK_MS = 1_000;

/** How long the old generation may stand still while the new one takes the last events. */
const SWITCH_PATIENCE_MS = 5_000;

const REACHED = Promise.resolve(true);

/**
 * Keeps one projection: the generation that serves is kept up to date, another is built beside it when the definition
 * has changed or an operator wants it, serves as soon as it has caught up, and the old one is dropped later. Only one
 * process at a time should keep a projection; two would do the same work twice and come to the same documents.
 */
export class ProjectionKeeper {
  private serving: KeptGeneration | undefined;
  private filling: KeptGeneration | undefined;
  private newest = 0;
  private lastSetAside: SetAside | undefined;
  /** The number of the generation that serves, for those who wait for the first. */
  private readonly served = new Progress(0n);
  private switching: Promise<void> = Promise.resolve();
  private running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  private readonly nap = new Nap();
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
    this.nap.wake();
    await this.running.ended;
    await Promise.all([this.serving?.runner.stop(), this.filling?.runner.stop()]);
    this.served.end();
    this.serving = undefined;
    this.filling = undefined;
    this.served.moveTo(0n);
    this.running = undefined;
  }

  /** How far the documents that serve are; undefined: none do, as far as this process knows. */
  get position(): bigint | undefined {
    return this.serving?.runner.position;
  }

  /** How it is doing now. */
  status(): ProjectionStatus {
    const [serving, filling, setAside] = [this.serving?.status(), this.filling?.status(), this.lastSetAside];
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
      if (await before?.runner.waitFor(position, leftMs)) return true;
      await this.switching;
      if (this.serving === before) return false;
    }
  }

  private async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let isDone = true;
      try {
        isDone = !(await this.look());
        this.keeperLog.resumed();
      } catch (error) {
        this.keeperLog.interrupted(error);
      }
      if (isDone && !signal.aborted) await this.nap.sleep(LOOK_MS);
    }
  }

  /** Does the next thing that is to be done. Answers whether there may be another one. */
  private async look(): Promise<boolean> {
    const { collection, definition } = this.projection;
    const stored = await this.parts.readModel.record<Generations>(generationsRecord(collection));
    const record = stored?.value ?? { ...noGenerations, newest: this.newest };
    this.newest = record.newest;
    const log = await this.currentLog();
    const foreign = log.isKnown ? foreignOf(record, log.identity, this.kept()) : undefined;
    if (foreign !== undefined) return this.setAside(stored, record, foreign);
    const gone = await this.gone(record);
    if (gone !== undefined) return this.put(stored, lost(record, gone, this.parts.clock()));
    const making = { definition, log: log.identity };
    // Nothing is begun before it is known of which log it is.
    const wanted = log.isKnown ? wanting(record, making, this.parts.clock()) : record;
    if (wanted !== record) return this.put(stored, wanted);
    await this.keepOnly(record);
    for (const { runner } of this.kept()) runner.checkConnection();
    if (this.hasCaughtUp()) return this.switch(stored, record);
    await goOnPastSkipped(this.kept(), this.projection.name, this.parts, this.keeperLog);
    this.keeperLog.filling(this.filling);
    await this.reporter.report(...this.reportable());
    return this.dropRetired(stored, record);
  }

  /** Writes the record unless somebody else has; either way the situation is to be looked at again. */
  private async put(stored: StoredRecord<Generations> | undefined, value: Generations): Promise<boolean> {
    await this.parts.readModel.putRecord(generationsRecord(this.projection.collection), value, stored?.version);
    return true;
  }

  /** Which log there is; not known while the event store is away. */
  private async currentLog(): Promise<{ readonly isKnown: boolean; readonly identity: string | undefined }> {
    const { identity } = this.parts;
    const isKnown = await whileUp(inTime(identity.current(), LOOK_MS));
    return { isKnown, identity: identity.known };
  }

  /** The documents neither serve nor are gone on with; others are built. */
  private async setAside(
    stored: StoredRecord<Generations> | undefined,
    record: Generations,
    aside: SetAside,
  ): Promise<boolean> {
    const { projection, parts } = this;
    const name = generationsRecord(projection.collection);
    const next = lost(record, aside.generation, parts.clock());
    if ((await parts.readModel.putRecord(name, next, stored?.version)) === undefined) return true;
    await this.keepOnly(next);
    this.lastSetAside = aside;
    this.keeperLog.setAside(aside.generation, aside.why);
    parts.metrics.setAside(projection.name);
    parts.onOtherLog();
    return true;
  }

  /** The number of a generation whose documents have gone, when there is one. */
  private async gone({ serving, filling }: Generations): Promise<number | undefined> {
    for (const kept of this.kept()) {
      const { number } = kept;
      if (number !== serving?.number && number !== filling?.number) continue;
      if (kept.runner.status().state === 'lost') return number;
      const known = kept.runner.checkpoint;
      if ((await this.parts.readModel.checkpoint(this.collectionOf(kept.generation))) < known) return number;
    }
    return undefined;
  }

  /** Lets the generations of the record be kept, and no other. */
  private async keepOnly({ serving, filling }: Generations): Promise<void> {
    const known = this.kept();
    const keep = (generation: Generation | undefined): KeptGeneration | undefined =>
      generation && (known.find((kept) => kept.number === generation.number) ?? this.begin(generation));
    const before = this.serving;
    this.serving = keep(serving);
    this.filling = keep(filling);
    const superfluous = known.filter((kept) => kept !== this.serving && kept !== this.filling);
    await Promise.all(superfluous.map(({ runner }) => runner.stop()));
    if (this.serving === before) return;
    this.parts.onSwitch(this.projection.collection);
    this.served.moveTo(BigInt(this.serving?.number ?? 0));
  }

  private begin(generation: Generation): KeptGeneration {
    const runner = new GenerationRunner(this.projection, this.collectionOf(generation), generation.log, this.parts, {
      live: () => this.nap.wake(),
      ended: () => this.nap.wake(),
    });
    runner.start();
    return new KeptGeneration(generation, runner);
  }

  private kept(): readonly KeptGeneration[] {
    return [this.serving, this.filling].filter((kept) => kept !== undefined);
  }

  private hasCaughtUp(): boolean {
    return this.filling?.runner.status().state === 'live';
  }

  /** The old generation stands still until the new one holds what it held, so that no reader goes back in time. */
  private async switch(stored: StoredRecord<Generations> | undefined, record: Generations): Promise<boolean> {
    let done = (): void => undefined;
    this.switching = new Promise((resolve) => {
      done = resolve;
    });
    try {
      const { serving, filling } = this;
      if (serving !== undefined) {
        const healthy = serving.runner.status().failure === undefined;
        await serving.runner.stop();
        const caughtUp = await filling?.runner.waitFor(serving.runner.position, SWITCH_PATIENCE_MS);
        if (healthy && caughtUp !== true) return false;
      }
      await this.put(stored, switched(record, this.parts.clock()));
      const after = await this.parts.readModel.record<Generations>(generationsRecord(this.projection.collection));
      if (after !== undefined) await this.keepOnly(after.value);
      if (filling !== undefined && this.serving === filling) this.keeperLog.switched(filling);
      return true;
    } finally {
      this.serving?.runner.start(); // if it has been stopped and still serves
      done();
    }
  }

  /** What has stopped a generation that is being built comes first: an operator may be waiting for it. */
  private reportable(): Parameters<KeeperReporter['report']> {
    const { serving, filling } = this;
    const statuses = [filling, serving].flatMap((kept) => kept?.status() ?? []);
    return [statuses, filling && { generation: filling.number, progress: filling.progress() }];
  }

  private async dropRetired(stored: StoredRecord<Generations> | undefined, record: Generations): Promise<boolean> {
    const numbers = droppable(record, this.parts.clock());
    if (numbers.length === 0) return false;
    for (const number of numbers) await this.parts.readModel.drop(inGeneration(this.projection.collection, number));
    return this.put(stored, dropped(record, numbers));
  }

  private collectionOf({ number }: Generation): Collection<object> {
    return inGeneration(this.projection.collection, number);
  }
}

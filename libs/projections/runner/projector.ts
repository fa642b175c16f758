import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { inTime } from '#libs/kernel/in-time.js';
import { lowest } from '#libs/kernel/lowest.js';
import { type Collection, NOTHING_PROJECTED } from '#libs/read-model/port/read-model.js';
import type { Source, Wanted } from '#libs/read-model/port/source.js';
import type { ServedDocuments } from '#libs/read-model/served/served-documents.js';
import type { Projection } from '../projection.js';
import { EventTail } from './event-tail.js';
import { type Lag, lagOf } from './lag.js';
import { Lease } from './lease.js';
import { isOutage } from './outage.js';
import { type KeeperParts, ProjectionKeeper, type ProjectionStatus } from './projection-keeper.js';
import { StoredProgress } from './stored-progress.js';

/** What a projector needs around it. */
export interface ProjectorParts extends Omit<KeeperParts, 'onSwitch'> {
  readonly documents: ServedDocuments;
}

/** How this process stands to the projections. */
export type ProjectorRole =
  /** It keeps the documents up to date. */
  | 'working'
  /** Another process does, and this one takes over when that one ends. */
  | 'standby'
  /** Another process does. */
  | 'elsewhere';

/** `alone`: no other process can write the read model; `shared`: one of several works; `off`: not this one. */
export type ProjectorMode = 'alone' | 'shared' | 'off';

const LEASE = 'lease of the projector';

/** All projections of a process: started, stopped and asked together. */
export class Projector {
  private readonly keepers: ReadonlyMap<string, ProjectionKeeper>;
  private readonly progress: StoredProgress;
  private readonly tail: EventTail;
  private readonly lease: Lease | undefined;
  private leasing: Promise<void> | undefined;

  constructor(
    projections: readonly Projection[],
    private readonly mode: ProjectorMode,
    private readonly parts: ProjectorParts,
  ) {
    const { documents, readModel, log, identity } = parts;
    const onOtherLog = () => {
      this.tail.reset();
      documents.forgetAll();
      parts.onOtherLog();
    };
    const keeperParts: KeeperParts = { ...parts, onOtherLog, onSwitch: (collection) => documents.forget(collection) };
    this.keepers = new Map(projections.map((each) => [each.name, new ProjectionKeeper(each, keeperParts)]));
    identity.onChange(onOtherLog);
    this.progress = new StoredProgress(documents);
    this.tail = new EventTail(projections, parts.eventStore, () => this.held());
    parts.metrics.watch(() => this.lags());
    if (mode !== 'shared') return;
    this.lease = new Lease(readModel, LEASE, `${hostname()} ${process.pid} ${randomUUID()}`, {
      taken: () => {
        log.info({}, 'this process runs the projections now');
        this.startKeepers();
      },
      ended: () => this.stopKeepers(),
    });
  }

  /** Begins to keep the documents, when it is this process's turn. */
  start(): void {
    if (this.mode === 'alone') this.startKeepers();
    else this.leasing = this.lease?.run();
  }

  /** Finishes what is under way and stops. */
  async stop(): Promise<void> {
    this.lease?.stop();
    await this.leasing;
    await this.stopKeepers();
  }

  /** How this process stands to the projections. */
  get role(): ProjectorRole {
    if (this.mode === 'off') return 'elsewhere';
    return this.lease?.isHeld === false ? 'standby' : 'working';
  }

  /** How each projection is doing, as far as this process has to do with it. */
  status(): readonly ProjectionStatus[] {
    return Array.from(this.keepers.values(), (keeper) => keeper.status());
  }

  /**
   * Resolves to true as soon as the documents that serve are as new as an answer has to be; to false when the time is
   * over first, when the event store cannot say how new that is, or at once when a projection has stopped.
   *
   * @throws ReadModelUnavailableError
   */
  async waitUntilFresh({ sources, position, asTheStore }: Wanted, patienceMs: number): Promise<boolean> {
    const until = performance.now() + patienceMs;
    if (!asTheStore && sources.every(({ collection }) => this.holds(collection, position))) return true;
    const mustLook = asTheStore || this.role !== 'working';
    if (mustLook && !(await this.look(patienceMs))) return false;
    const waits = sources.map((source) => this.waitFor(source, position, until));
    return (await Promise.all(waits)).every((isFresh) => isFresh);
  }

  /** Takes note of what is in the event store now. Answers false when the store does not say so in time. */
  private async look(patienceMs: number): Promise<boolean> {
    try {
      return await inTime(this.lookAt(), patienceMs);
    } catch (error) {
      if (isOutage(error)) return false;
      throw error;
    }
  }

  /** Documents of another log are not served: which one is there has to be known before they are looked at. */
  private async lookAt(): Promise<void> {
    await this.parts.identity.current();
    await this.tail.look();
  }

  private async waitFor({ collection, stream }: Source, atLeast: bigint, until: number): Promise<boolean> {
    const pending = this.tail.of(collection.name);
    // What the store does not hold yet may be about any stream.
    const position = atLeast > this.tail.position ? atLeast : pending.needed(stream);
    if (!this.holds(collection, position)) {
      const leftMs = until - performance.now();
      const keeper = this.keeperOf(collection.name);
      const isWorking = this.role === 'working';
      const wait = isWorking ? keeper.waitFor(position, leftMs) : this.progress.waitFor(collection, position, leftMs);
      if (!(await wait)) return false;
    }
    pending.forget(position);
    return true;
  }

  /** Whether the documents are known to have reached the position. */
  private holds(collection: Collection<object>, position: bigint): boolean {
    const isWorking = this.role === 'working';
    const reached = isWorking ? this.keeperOf(collection.name).position : this.progress.reached(collection);
    return reached !== undefined && position <= reached;
  }

  /** Up to where the documents of all projections hold what concerns them. */
  private async held(): Promise<bigint> {
    const positions = Array.from(this.keepers.values(), async ({ position, projection: { collection } }) =>
      this.role === 'working' ? position : this.progress.read(collection).catch(() => undefined),
    );
    const known = (await Promise.all(positions)).map((position) => position ?? NOTHING_PROJECTED);
    return lowest(known, NOTHING_PROJECTED);
  }

  /** @throws Error there is no projection of this name */
  private keeperOf(name: string): ProjectionKeeper {
    const keeper = this.keepers.get(name);
    if (keeper === undefined) throw new Error(`there is no projection ${name}: see libs/projections/projections`);
    return keeper;
  }

  /** How far the documents that serve are behind. Those that cannot be asked now are left out. */
  private async lags(): Promise<readonly Lag[]> {
    const { eventStore, documents, clock } = this.parts;
    const lags = Array.from(this.keepers.values(), async ({ projection }) => {
      const position = await documents.checkpoint(projection.collection);
      return lagOf(projection, position, eventStore, clock());
    });
    const settled = await Promise.allSettled(lags);
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  private startKeepers(): void {
    for (const keeper of this.keepers.values()) keeper.start();
  }

  private async stopKeepers(): Promise<void> {
    await Promise.all(Array.from(this.keepers.values(), (keeper) => keeper.stop()));
  }
}

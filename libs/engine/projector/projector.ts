import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Wanted } from '#libs/engine/documents/port/source.js';
import type { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import { DocumentFreshness } from './document-freshness.js';
import { type Lag, lagOf } from './lag.js';
import { Lease } from './lease.js';
import type { Projection } from './projection.js';
import { type KeeperParts, ProjectionKeeper, type ProjectionStatus } from './projection-keeper.js';

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
  private readonly freshness: DocumentFreshness;
  private readonly lease: Lease | undefined;
  private leasing: Promise<void> | undefined;

  constructor(
    projections: readonly Projection[],
    private readonly mode: ProjectorMode,
    private readonly parts: ProjectorParts,
  ) {
    const { documents, readModel, log, identity } = parts;
    const onOtherLog = () => {
      this.freshness.reset();
      documents.forgetAll();
      parts.onOtherLog();
    };
    const keeperParts: KeeperParts = { ...parts, onOtherLog, onSwitch: (collection) => documents.forget(collection) };
    this.keepers = new Map(projections.map((each) => [each.name, new ProjectionKeeper(each, keeperParts)]));
    identity.onChange(onOtherLog);
    this.freshness = new DocumentFreshness(this.keepers, parts, () => this.role === 'working');
    parts.metrics.watch(
      () => this.lags(),
      () => new Map(this.status().map((each) => [each.name, hasStopped(each)])),
    );
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

  /** Whether the documents that serve are known to be as new as wanted; see {@link DocumentFreshness}. */
  isFresh(wanted: Wanted): boolean {
    return this.freshness.isFresh(wanted);
  }

  /**
   * Resolves to true as soon as the documents that serve are as new as wanted; see {@link DocumentFreshness}.
   *
   * @throws ReadModelUnavailableError
   */
  waitUntilFresh(wanted: Wanted, patienceMs: number): Promise<boolean> {
    return this.freshness.waitUntilFresh(wanted, patienceMs);
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

function hasStopped({ serving, filling }: ProjectionStatus): boolean {
  return serving?.state === 'failed' || filling?.state === 'failed';
}

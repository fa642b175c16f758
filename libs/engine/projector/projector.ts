import { type ConsumerEntry, ConsumerTable } from '#libs/engine/consumer/consumer-table.js';
import { type GroupMode, type GroupRole, LeasedGroup } from '#libs/engine/consumer/leased-group.js';
import type { Wanted } from '#libs/engine/documents/port/source.js';
import type { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import { DocumentFreshness } from './document-freshness.js';
import type { Projection } from './projection.js';
import { type KeeperParts, ProjectionKeeper } from './projection-keeper.js';
import { consumerStatusOf, type ProjectionStatus } from './projection-status.js';

/** The dependencies of a projector. */
export interface ProjectorParts extends Omit<KeeperParts, 'onSwitch'> {
  readonly documents: ServedDocuments;
}

const LEASE = 'lease of the projector';

/** All projections of a process: started, stopped and asked together. */
export class Projector {
  private readonly keepers: ReadonlyMap<string, ProjectionKeeper>;
  private readonly freshness: DocumentFreshness;
  private readonly group: LeasedGroup;
  /** The projections as consumers, as the metrics show them. */
  readonly table: ConsumerTable;

  constructor(
    projections: readonly Projection[],
    mode: GroupMode,
    private readonly parts: ProjectorParts,
  ) {
    const { documents, readModel, log, identity } = parts;
    const onOtherLog = () => {
      this.freshness.reset();
      documents.forgetAll();
      parts.onOtherLog();
    };
    const keeperParts: KeeperParts = {
      ...parts,
      onOtherLog,
      onSwitch: (collection) => documents.forget(collection),
    };
    this.keepers = new Map(projections.map((each) => [each.name, new ProjectionKeeper(each, keeperParts)]));
    identity.onChange(onOtherLog);
    this.freshness = new DocumentFreshness(this.keepers, parts, () => this.role === 'working');
    this.table = new ConsumerTable(
      Array.from(this.keepers.values(), (keeper) => this.entryOf(keeper)),
      parts,
    );
    const takenText = 'this process runs the projections now';
    this.group = new LeasedGroup([...this.keepers.values()], mode, { name: LEASE, records: readModel, log, takenText });
  }

  /** Begins to keep the documents, as soon as it is this process's turn. */
  start(): void {
    this.group.start();
  }

  /** Finishes the work in progress and stops. */
  async stop(): Promise<void> {
    await this.group.stop();
  }

  /** The current role of this process for the projections. */
  get role(): GroupRole {
    return this.group.role;
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

  private entryOf(keeper: ProjectionKeeper): ConsumerEntry {
    const { name, streamPrefixes, collection } = keeper.projection;
    return {
      name,
      streamPrefixes,
      role: () => this.role,
      status: () => consumerStatusOf(keeper.status()),
      checkpoint: () => this.parts.documents.checkpoint(collection),
    };
  }
}

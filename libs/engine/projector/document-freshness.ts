import { type Collection, NOTHING_PROJECTED } from '#libs/engine/documents/port/read-model.js';
import type { Source, Wanted } from '#libs/engine/documents/port/source.js';
import type { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import { inTime } from '#libs/engine/kernel/in-time.js';
import { lowest } from '#libs/engine/kernel/lowest.js';
import { EventTail } from './event-tail.js';
import { LogAgreement } from './log-agreement.js';
import { whileUp } from './outage.js';
import type { KeeperParts, ProjectionKeeper } from './projection-keeper.js';
import { StoredProgress } from './stored-progress.js';

/** The stores and the identity of the log that freshness is judged by. */
export interface FreshnessParts extends Pick<KeeperParts, 'eventStore' | 'codec' | 'identity'> {
  readonly documents: ServedDocuments;
}

/**
 * Lets a query wait until documents are new enough. It knows the newest events, the projections and streams that they
 * concern, and the checkpoints of the documents, whichever process writes them.
 */
export class DocumentFreshness {
  private readonly progress: StoredProgress;
  private readonly tail: EventTail;
  private readonly agreement: LogAgreement;

  /** @param isWorking answers whether this process updates the documents; otherwise another process does */
  constructor(
    private readonly keepers: ReadonlyMap<string, ProjectionKeeper>,
    private readonly parts: FreshnessParts,
    private readonly isWorking: () => boolean,
  ) {
    const projections = Array.from(keepers.values(), ({ projection }) => projection);
    this.progress = new StoredProgress(parts.documents);
    const { eventStore, codec, documents } = parts;
    const { prefixes } = codec.streams;
    this.agreement = new LogAgreement(eventStore, prefixes, documents, (collection) => this.progress.read(collection));
    this.tail = new EventTail(projections, eventStore, prefixes, () => this.held());
  }

  /** Forgets what is known of the events, because the store has another log now. */
  reset(): void {
    this.tail.reset();
  }

  /**
   * Whether the documents that serve are known to be as new as an answer has to be. It makes no call, so that a query
   * that need not wait costs a few comparisons. False: {@link waitUntilFresh} finds out.
   */
  isFresh({ sources, position, asTheStore }: Wanted): boolean {
    if (!asTheStore && sources.every(({ collection }) => this.holds(collection, position))) return true;
    if (!this.tail.isCurrent || position > this.tail.position || !this.parts.identity.isCurrent) return false;
    return sources.every(
      ({ collection, stream }) =>
        this.agreement.agrees(collection) && this.holds(collection, this.tail.of(collection.name).needed(stream)),
    );
  }

  /**
   * Resolves to true as soon as the documents that serve are as new as an answer has to be; to false when the time is
   * over first, when the event store cannot say how new that is, or at once when a projection has stopped.
   *
   * @throws ReadModelUnavailableError the documents cannot be read, or come from another event log
   */
  async waitUntilFresh(wanted: Wanted, patienceMs: number): Promise<boolean> {
    if (this.isFresh(wanted)) return true;
    const { sources, position, asTheStore } = wanted;
    const until = performance.now() + patienceMs;
    const mustLook = asTheStore || !this.isWorking();
    // The store may be unavailable, or slow.
    const hasLooked = !mustLook || (await whileUp(inTime(this.look(sources, position), patienceMs)));
    for (const { collection } of sources) this.agreement.assert(collection);
    if (!hasLooked) return false;
    const waits = sources.map((source) => this.waitFor(source, position, until));
    return (await Promise.all(waits)).every((isFresh) => isFresh);
  }

  /**
   * Documents of another log are not served, so the log's identity has to be known before they are read. A connection
   * that was made meanwhile may lead to another log; then all is checked again.
   */
  private async look(sources: readonly Source[], atLeast: bigint): Promise<void> {
    const { eventStore, identity } = this.parts;
    for (;;) {
      const connection = eventStore.connectionCount;
      await identity.current();
      await Promise.all(sources.map(({ collection }) => this.agreement.compare(collection)));
      await this.tail.look();
      if (atLeast > this.tail.position) await this.lookUpTo(atLeast);
      if (connection === eventStore.connectionCount) return;
    }
  }

  /** The position that a caller names need not be that of an event of this installation, nor of any event. */
  private async lookUpTo(position: bigint): Promise<void> {
    const head = await this.parts.eventStore.head();
    if (position > head) return;
    await this.tail.look();
    this.tail.raise(head);
  }

  private async waitFor({ collection, stream }: Source, atLeast: bigint, until: number): Promise<boolean> {
    const pending = this.tail.of(collection.name);
    // An event that the store does not hold yet may belong to any stream.
    const position = atLeast > this.tail.position ? atLeast : pending.needed(stream);
    if (!this.holds(collection, position)) {
      const leftMs = until - performance.now();
      const keeper = this.keeperOf(collection.name);
      const isWorking = this.isWorking();
      const wait = isWorking ? keeper.waitFor(position, leftMs) : this.progress.waitFor(collection, position, leftMs);
      if (!(await wait)) return false;
    }
    pending.forget(position);
    return true;
  }

  /** Whether the documents are known to have reached the position. */
  private holds(collection: Collection<object>, position: bigint): boolean {
    const isWorking = this.isWorking();
    const reached = isWorking ? this.keeperOf(collection.name).position : this.progress.reached(collection);
    return reached !== undefined && position <= reached;
  }

  /** The position up to which the documents of all projections are complete. Documents of another log count as empty. */
  private async held(): Promise<bigint> {
    const positions = Array.from(this.keepers.values(), (keeper) => this.heldBy(keeper).catch(() => undefined));
    const known = (await Promise.all(positions)).map((position) => position ?? NOTHING_PROJECTED);
    return lowest(known, NOTHING_PROJECTED);
  }

  private async heldBy({ position, projection: { collection } }: ProjectionKeeper): Promise<bigint | undefined> {
    await this.agreement.compare(collection);
    this.agreement.assert(collection);
    return this.isWorking() ? position : this.progress.read(collection);
  }

  /** @throws Error there is no projection of this name */
  private keeperOf(name: string): ProjectionKeeper {
    const keeper = this.keepers.get(name);
    if (keeper === undefined) throw new Error(`there is no projection ${name}: see libs/registry/projections`);
    return keeper;
  }
}

import type { EventMark } from '#libs/engine/kernel/event-mark.js';
import { type Generations, generationsRecord, inGeneration } from '../port/generations.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import type { Collection, DocumentReader, Find, Found, ReadModel } from '../port/read-model.js';

/**
 * How long a reader may read a generation without checking whether another one serves. An old generation is removed
 * much later than that.
 */
export const LOOK_AGAIN_MS = 500;

/** A monotonic clock, in milliseconds. */
type Stopwatch = () => number;

interface Known {
  readonly serving: Collection<object>;
  readonly at: number;
  /** The identity of the event log at that time. */
  readonly log: string | undefined;
}

/** The documents that queries read: those of the generation of each collection that serves. */
export class ServedDocuments implements DocumentReader {
  private readonly known = new Map<string, Known>();

  /** @param log returns the identity of the current event log; undefined: unknown */
  constructor(
    private readonly readModel: ReadModel,
    private readonly log: () => string | undefined,
    private readonly now: Stopwatch = () => performance.now(),
  ) {}

  opened(): Promise<void> {
    return this.readModel.opened();
  }

  async get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined> {
    return this.readModel.get(await this.serving(collection), id);
  }

  async find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>> {
    return this.readModel.find(await this.serving(collection), find);
  }

  async checkpoint(collection: Collection<object>): Promise<bigint> {
    return this.readModel.checkpoint(await this.serving(collection));
  }

  /** The newest of Appledger's events that have been projected. @throws ReadModelUnavailableError */
  async lastEvent(collection: Collection<object>): Promise<EventMark | undefined> {
    return this.readModel.lastEvent(await this.serving(collection));
  }

  /** The collection's name in the generation that serves. @throws ReadModelUnavailableError */
  async generation(collection: Collection<object>): Promise<string> {
    return (await this.serving(collection)).name;
  }

  /** The same without asking the read model; undefined: it has to be asked again. */
  knownGeneration(collection: Collection<object>): string | undefined {
    return this.knownServing(collection)?.name;
  }

  async viewTime(collection: Collection<object>): Promise<number | undefined> {
    return this.readModel.viewTime(await this.serving(collection));
  }

  /** Checks which generation serves before the next read of a collection: another one may serve now. */
  forget({ name }: Collection<object>): void {
    this.known.delete(name);
  }

  /** The same for all collections, because there may be another event log now. */
  forgetAll(): void {
    this.known.clear();
  }

  /** @throws ReadModelUnavailableError the documents have not been built yet, or the read model cannot be read */
  private serving<D extends object>(collection: Collection<D>): Collection<D> | Promise<Collection<D>> {
    return this.knownServing(collection) ?? this.lookUp(collection);
  }

  private knownServing<D extends object>({ name }: Collection<D>): Collection<D> | undefined {
    const known = this.known.get(name);
    if (known === undefined || known.log !== this.log() || this.now() - known.at >= LOOK_AGAIN_MS) return undefined;
    return known.serving as Collection<D>;
  }

  private async lookUp<D extends object>(collection: Collection<D>): Promise<Collection<D>> {
    const at = this.now();
    const log = this.log();
    const record = await this.readModel.record<Generations>(generationsRecord(collection));
    if (record?.value.serving === undefined) {
      throw new ReadModelUnavailableError(
        `the ${collection.name} are being built from the events: try again when GET /debug/ready reports them up`,
      );
    }
    if (log !== undefined && record.value.serving.log !== log) {
      throw new ReadModelUnavailableError(
        `the ${collection.name} in the read model are of another event log: they are built again as soon as a process runs the projections`,
      );
    }
    const serving = inGeneration(collection, record.value.serving.number);
    this.known.set(collection.name, { serving, at, log });
    return serving;
  }
}

import { type Generations, generationsRecord, inGeneration } from '../port/generations.js';
import { ReadModelUnavailableError } from '../port/read-model.errors.js';
import type { Collection, DocumentReader, EventMark, Find, Found, ReadModel } from '../port/read-model.js';

/**
 * How long a reader may go on reading a generation without looking whether another one serves by now. Whoever removes
 * an old generation waits many times longer.
 */
export const LOOK_AGAIN_MS = 500;

/** Answers in milliseconds, and never goes back. */
type Stopwatch = () => number;

interface Known {
  readonly serving: Collection<object>;
  readonly at: number;
  /** The event log that was there. */
  readonly log: string | undefined;
}

/** The documents as queries see them: whichever generation of a collection serves. */
export class ServedDocuments implements DocumentReader {
  private readonly known = new Map<string, Known>();

  /** @param log answers the identity of the event log that is there; undefined: it is not known */
  constructor(
    private readonly readModel: ReadModel,
    private readonly log: () => string | undefined,
    private readonly now: Stopwatch = () => performance.now(),
  ) {}

  async get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined> {
    return this.readModel.get(await this.serving(collection), id);
  }

  async find<D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>> {
    return this.readModel.find(await this.serving(collection), find);
  }

  async checkpoint(collection: Collection<object>): Promise<bigint> {
    return this.readModel.checkpoint(await this.serving(collection));
  }

  /** The newest of Appledger's events that the documents hold. */
  async lastEvent(collection: Collection<object>): Promise<EventMark | undefined> {
    return this.readModel.lastEvent(await this.serving(collection));
  }

  /** What the generation that serves is stored as. @throws ReadModelUnavailableError */
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

  /** Another generation may serve now: look before the next read. */
  forget({ name }: Collection<object>): void {
    this.known.delete(name);
  }

  /** Another log may be there now: look before the next read of each collection. */
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
        `the ${collection.name} are being built from the events: try again when GET /debug/ready says that they are there`,
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

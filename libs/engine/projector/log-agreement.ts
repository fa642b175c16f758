import { logMismatch } from '#libs/engine/consumer/log-match.js';
import { ReadModelUnavailableError } from '#libs/engine/documents/port/read-model.errors.js';
import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { ServedDocuments } from '#libs/engine/documents/served/served-documents.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { SharedCalls } from '#libs/engine/kernel/shared-calls.js';

/** The result of comparing documents with the event log. */
interface Compared {
  readonly generation: string;
  /** The connection to the event store over which they were compared. */
  readonly connection: number;
  /** Why the documents cannot come from the log; undefined: they can. */
  readonly mismatch: string | undefined;
}

/**
 * Knows whether the documents that serve come from the log that the store has. A restored older back-up has the same
 * identity, and it may take a while until a projector sets the documents aside. So each process compares documents and
 * log itself, once per generation and connection to the event store.
 */
export class LogAgreement {
  readonly #compared = new Map<string, Compared>();
  readonly #comparing = new SharedCalls<void>();

  /**
   * @param streamPrefixes of the streams that documents come from
   * @param checkpoint answers the checkpoint of the documents
   */
  constructor(
    private readonly eventStore: EventStore,
    private readonly streamPrefixes: readonly string[],
    private readonly documents: ServedDocuments,
    private readonly checkpoint: (collection: Collection<object>) => Promise<bigint>,
  ) {}

  /**
   * Compares the documents with the log unless that has been done. When none serve there is nothing to compare.
   *
   * @throws EventStoreUnavailableError
   */
  async compare(collection: Collection<object>): Promise<void> {
    const { name } = collection;
    const generation = await this.documents.generation(collection).catch(undefinedWhenUnavailable);
    if (generation === undefined || this.#isCompared(name, generation)) return;
    await this.#comparing.ask(name, async () => {
      if (!this.#isCompared(name, generation)) await this.#compare(collection, generation);
    });
  }

  /** Whether the documents that serve now have been compared with the log that is there now, and come from it. */
  agrees(collection: Collection<object>): boolean {
    const generation = this.documents.knownGeneration(collection);
    if (generation === undefined || !this.#isCompared(collection.name, generation)) return false;
    return this.#compared.get(collection.name)?.mismatch === undefined;
  }

  /** @throws ReadModelUnavailableError the documents are known to come from another log */
  assert({ name }: Collection<object>): void {
    const mismatch = this.#compared.get(name)?.mismatch;
    if (mismatch === undefined) return;
    throw new ReadModelUnavailableError(
      `the ${name} in the read model are not of this event log (${mismatch}): they are built again as soon as a process runs the projections`,
    );
  }

  #isCompared(name: string, generation: string): boolean {
    const compared = this.#compared.get(name);
    return compared?.generation === generation && compared.connection === this.eventStore.connectionCount;
  }

  /** The checkpoint is read first: a last event that is newer than it proves as much. */
  async #compare(collection: Collection<object>, generation: string): Promise<void> {
    const connection = this.eventStore.connectionCount;
    const checkpoint = await this.checkpoint(collection);
    const lastEvent = await this.documents.lastEvent(collection);
    const { eventStore, streamPrefixes } = this;
    const mismatch = await logMismatch(eventStore, { streamPrefixes, checkpoint, lastEvent });
    this.#compared.set(collection.name, { generation, connection, mismatch });
  }
}

function undefinedWhenUnavailable(error: unknown): undefined {
  if (!(error instanceof ReadModelUnavailableError)) throw error;
  return undefined;
}

/**
 * The read-model port: documents that projections write and queries read. It asks little of the database behind it:
 * no transaction over several documents, no rename, no collation. Every write is conditional on the position of the
 * document's own last event, so a batch that arrives twice, or late, changes nothing.
 */

/** The checkpoint of a projection that has seen nothing. */
export const NOTHING_PROJECTED = -1n;

/** A kind of document. */
export interface Collection<D extends object> {
  /** Lower camel case; the name of the MongoDB collection. */
  readonly name: string;
  /** Carries the document's type; never set. */
  readonly document?: D;
}

/** A document with the position of the last event that it holds. */
export interface Versioned<D extends object> {
  readonly position: bigint;
  /** undefined: the last event removed it; the position is kept, so that an older event cannot bring it back. */
  readonly document: D | undefined;
}

/** What to store under an id, as of a position. */
export interface Write<D extends object> extends Versioned<D> {
  readonly id: string;
}

/** What one projection writes in one go: the documents first, then its checkpoint. */
export interface Batch<D extends object> {
  readonly projection: string;
  readonly collection: Collection<D>;
  readonly writes: readonly Write<D>[];
  /** Every event up to and including this position is in the documents. */
  readonly checkpoint: bigint;
}

export interface ReadModel {
  /** The document, or undefined when there is none. @throws ReadModelUnavailableError */
  get<D extends object>(collection: Collection<D>, id: string): Promise<D | undefined>;

  /** The documents of these ids, removed ones included; ids never written are left out. @throws ReadModelUnavailableError */
  getMany<D extends object>(
    collection: Collection<D>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Versioned<D>>>;

  /**
   * Writes each document whose stored position is older than the write's, leaves the others as they are, and then
   * moves the checkpoint, which never goes back. After a crash the checkpoint is at most as new as the documents.
   *
   * @throws ReadModelUnavailableError some of it may have been written; repeat it
   */
  apply<D extends object>(batch: Batch<D>): Promise<void>;

  /** How far a projection has come, or {@link NOTHING_PROJECTED}. @throws ReadModelUnavailableError */
  checkpoint(projection: string): Promise<bigint>;

  /** Says whether documents can be read and written now, and if not, why and what to do. Never throws. */
  health(): Promise<ReadModelHealth>;

  /** Finishes what is under way and lets go of every resource. */
  close(): Promise<void>;
}

export interface ReadModelHealth {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly detail?: string;
}

/** The read model cannot serve this now. The message says why and what to do. */
export class ReadModelUnavailableError extends Error {
  override readonly name = 'ReadModelUnavailableError';
}

/** The read model cannot be used now. The message says why and what to do. */
export class ReadModelUnavailableError extends Error {
  override readonly name = 'ReadModelUnavailableError';
}

/**
 * Documents that were written are gone: somebody has dropped them. Later events do not restore them, so the writer must
 * start again at the first event.
 */
export class DocumentsLostError extends Error {
  override readonly name = 'DocumentsLostError';

  constructor(readonly collection: string) {
    super(`documents of ${collection} that had been written are gone from the read model: they are built again`);
  }
}

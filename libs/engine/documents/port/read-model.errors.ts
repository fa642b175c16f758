/** The read model cannot serve this now. The message says why and what to do. */
export class ReadModelUnavailableError extends Error {
  override readonly name = 'ReadModelUnavailableError';
}

/**
 * Documents that were written are gone: somebody has dropped them. They are not missed by going on, so whoever writes
 * them has to begin again from the first event.
 */
export class DocumentsLostError extends Error {
  override readonly name = 'DocumentsLostError';

  constructor(readonly collection: string) {
    super(`documents of ${collection} that had been written are gone from the read model: they are built again`);
  }
}

import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { Projection } from '#libs/engine/projector/projection.js';

/** Documents by their ids. */
export type DocumentsById<D extends object> = ReadonlyMap<string, D>;

const NONE: DocumentsById<object> = new Map();

/** Documents in memory, made of events by the steps of the projections that make the stored documents. */
export class FoldedDocuments {
  readonly #collections: readonly { readonly projection: Projection; readonly documents: Map<string, object> }[];

  constructor(projections: readonly Projection[]) {
    this.#collections = projections.map((projection) => ({ projection, documents: new Map() }));
  }

  /**
   * Takes the next event of a stream. A projection that cannot take it leaves it out: where it would stop, what is known
   * can still be shown.
   */
  take(event: DecodedEvent): void {
    for (const { projection, documents } of this.#collections) {
      const step = projection.stepFor(event.type);
      if (step === undefined) continue;
      try {
        const id = step.id(event);
        const document = step.document(documents.get(id), event);
        if (document === undefined) documents.delete(id);
        else documents.set(id, document);
      } catch {} // It is left out.
    }
  }

  /** The documents of a collection. */
  of<D extends object>({ name }: Collection<D>): DocumentsById<D> {
    const made = this.#collections.find(({ projection }) => projection.collection.name === name);
    return (made?.documents ?? NONE) as DocumentsById<D>;
  }
}

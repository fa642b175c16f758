import type { Collection } from '#libs/engine/documents/port/read-model.js';
import type { DocumentDetails } from '#libs/registry/shared/document-details.js';

/** A note as queries see it. */
export interface NoteDocument {
  readonly id: string;
  readonly text: string;
  readonly details: DocumentDetails;
}

export const notesCollection: Collection<NoteDocument> = { name: 'notes' };

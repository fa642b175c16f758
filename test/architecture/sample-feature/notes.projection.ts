import { projection } from '#libs/engine/projector/projection.js';
import { createdBy } from '#libs/registry/shared/document-details.js';
import { type NoteEvent, noteStream } from './note.events.js';
import { type NoteDocument, notesCollection } from './notes.document.js';

/** One document for each note. */
export const notesProjection = projection<NoteDocument, NoteEvent>({
  collection: notesCollection,
  version: 1,
  streamPrefixes: [noteStream('')],
  table: {
    NoteAdded: {
      begins: true,
      id: ({ data }) => data.noteId,
      document: (_, event) => ({ id: event.data.noteId, text: event.data.text, details: createdBy(event) }),
    },
  },
});

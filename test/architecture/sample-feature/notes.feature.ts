import { accessRule, eventFields } from '#libs/registry/contract/call-options.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { NotesService } from '../../gen/sample/notes/v1/notes_pb.js';
import { AddNoteHandler } from './add-note.handler.js';
import { GetNoteHandler } from './get-note.handler.js';
import { noteEvents, noteStreams } from './note.events.js';
import { noteRefusals } from './note.refusals.js';
import { noteFormatRoute } from './note-format.js';
import { NoteReader, NoteSpeaker } from './note-readers.js';
import { notesProjection } from './notes.projection.js';
import { NotesRpc } from './notes.rpc.js';

/** A feature as the recipe in CONTRIBUTING.md adds it: a folder, and a line in the list of features. */
export const notesFeature: Feature = {
  name: 'notes',
  events: noteEvents,
  streams: [{ ...noteStreams, idText: '<noteId>', holds: 'one note', aggregateType: 'note', events: noteEvents }],
  refusals: noteRefusals,
  providers: [AddNoteHandler, GetNoteHandler, NoteReader, NoteSpeaker],
  projections: [notesProjection],
  consumers: [NoteReader],
  work: [NoteSpeaker],
  services: [{ service: NotesService, restPrefix: '', accessRule, eventFields }],
  calls: [NotesRpc],
  routes: [noteFormatRoute],
  groups: { Notes: 'Texts that are kept for an organization.' },
  permissions: { 'note.read': ['ORG_OWNER', 'ORG_OWNER_VIEWER'], 'note.write': ['ORG_OWNER'] },
  fieldExamples: { noteId: '228204399198372867' },
};

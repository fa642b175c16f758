import { queryFrom } from '#libs/registry/shared/from-request.js';
import { GetNoteRequestSchema } from '../../gen/sample/notes/v1/notes_pb.js';
import type { NoteDocument } from './notes.document.js';

/** Reads a note of the organization. */
export class GetNoteQuery extends queryFrom(GetNoteRequestSchema, 'noteId')<NoteDocument> {}

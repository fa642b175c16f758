import { commandFrom } from '#libs/registry/shared/from-request.js';
import { AddNoteRequestSchema } from '../../gen/sample/notes/v1/notes_pb.js';

/** Adds a note; answers its id. */
export class AddNoteCommand extends commandFrom(AddNoteRequestSchema, 'text')<string> {}

import { accept, type Decision, refuse } from '#libs/engine/kernel/decider.js';
import type { NoteEvent } from './note.events.js';
import type { NoteRefusal } from './note.refusals.js';

/** Adds a note. Its id comes in; nothing is drawn here. */
export interface AddNote {
  readonly type: 'AddNote';
  readonly noteId: string;
  readonly text: string;
}

/** Decides the first command on a note: there is no earlier state. */
export function decideNote({ noteId, text }: AddNote): Decision<NoteEvent, NoteRefusal> {
  if (text.trim() === '') return refuse('NOTE-a1b2c');
  return accept<NoteEvent>({ type: 'NoteAdded', data: { noteId, text } });
}

import { type EventOf, publicEvent } from '#libs/engine/events/event-definition.js';
import type { StreamKind } from '#libs/engine/events/own-streams.js';
import { object, text } from '#libs/engine/kernel/shape.js';

/** The streams of notes. */
export const noteStreams: StreamKind = { prefix: 'note-', id: '\\d+' };

/** The stream of one note. */
export function noteStream(noteId: string): string {
  return `${noteStreams.prefix}${noteId}`;
}

export const noteEvents = {
  NoteAdded: publicEvent('note.added', object({ noteId: text, text })),
} as const;

export type NoteEvent = EventOf<typeof noteEvents>;

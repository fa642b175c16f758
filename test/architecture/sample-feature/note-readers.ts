import { Injectable } from '@nestjs/common';
import type { PeriodicWork } from '#libs/engine/consumer/periodic-work.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import { BackgroundWork } from '#libs/registry/shared/features/background-work.js';
import { ConsumesEvents, type EventConsumer } from '#libs/registry/shared/features/event-consumer.js';
import type { NoteEvent } from './note.events.js';

/** The texts of the notes that were read, and those that were read aloud. */
export const readers = { read: [] as string[], aloud: [] as string[] };

/** Reads each note. */
@Injectable()
@ConsumesEvents('note reader', 'NoteAdded')
export class NoteReader implements EventConsumer<NoteEvent> {
  async handle({ data }: DecodedEvent<NoteEvent>): Promise<void> {
    readers.read.push(data.text);
  }
}

/** Reads aloud what was read. */
@Injectable()
@BackgroundWork({ name: 'note speaker', does: 'reads notes aloud', everyMs: 10 })
export class NoteSpeaker implements PeriodicWork {
  async round(): Promise<void> {
    readers.aloud.push(...readers.read.slice(readers.aloud.length));
  }
}

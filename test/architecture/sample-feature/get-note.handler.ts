import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { DocumentReader } from '#libs/engine/documents/port/read-model.js';
import { DOCUMENTS } from '#libs/engine/runtime/tokens.js';
import { Freshness } from '#libs/registry/shared/queries/freshness.js';
import { refused } from '#libs/registry/shared/refused.js';
import { GetNoteQuery } from './get-note.query.js';
import { noteStream } from './note.events.js';
import { noteRefusals } from './note.refusals.js';
import { type NoteDocument, notesCollection } from './notes.document.js';

@QueryHandler(GetNoteQuery)
export class GetNoteHandler implements IQueryHandler<GetNoteQuery> {
  constructor(
    @Inject(DOCUMENTS) private readonly documents: DocumentReader,
    private readonly freshness: Freshness,
  ) {}

  async execute({ noteId, reader }: GetNoteQuery): Promise<NoteDocument> {
    await this.freshness.waitUntilFresh([{ collection: notesCollection, stream: noteStream(noteId) }], reader);
    const note = await this.documents.get(notesCollection, noteId);
    if (note?.details.resourceOwner !== reader.organization) throw refused(noteRefusals, 'NOTE-d3e4f');
    return note;
  }
}

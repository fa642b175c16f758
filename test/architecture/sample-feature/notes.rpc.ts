import { Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { Call } from '#libs/registry/shared/features/call.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { type AddNoteRequest, type GetNoteRequest, NotesService } from '../../gen/sample/notes/v1/notes_pb.js';
import { AddNoteCommand } from './add-note.command.js';
import { GetNoteQuery } from './get-note.query.js';

/** The calls on notes. */
@Injectable()
@RpcService(NotesService)
export class NotesRpc {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call(NotesService.method.addNote, { group: 'Notes', summary: 'Add a note', errors: ['NOTE-a1b2c'] })
  async addNote(request: AddNoteRequest, context: CallContext) {
    return { noteId: await this.dispatcher.command(new AddNoteCommand(request, commandContext(context))) };
  }

  @Call(NotesService.method.getNote, { group: 'Notes', summary: 'Read a note', errors: ['NOTE-d3e4f'] })
  async getNote(request: GetNoteRequest, context: CallContext) {
    const { id, text } = await this.dispatcher.query(new GetNoteQuery(request, readContext(context)));
    return { noteId: id, text };
  }
}

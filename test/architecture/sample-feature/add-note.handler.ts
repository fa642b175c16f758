import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { refused } from '#libs/registry/shared/refused.js';
import { AddNoteCommand } from './add-note.command.js';
import { decideNote } from './note.decide.js';
import { noteStream } from './note.events.js';
import { noteRefusals } from './note.refusals.js';

@CommandHandler(AddNoteCommand)
export class AddNoteHandler implements ICommandHandler<AddNoteCommand> {
  constructor(
    private readonly executor: CommandExecutor,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute({ text, context }: AddNoteCommand): Promise<string> {
    const noteId = this.nextId();
    const decision = decideNote({ type: 'AddNote', noteId, text });
    if (!decision.accepted) throw refused(noteRefusals, decision.refusal);
    const plan = { stream: noteStream(noteId), events: decision.events, expected: 'noStream' as const };
    await this.executor.execute(() => plan, context);
    return noteId;
  }
}

import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '#libs/engine/commands/command-context.js';

/**
 * Writes the newest notice of a secret's expiry that is due and not in the log. Answers whether it has written one.
 * No call sends this command: what watches the expiry of secrets does. `context.resourceOwner` is the organization of
 * the application.
 */
export class NoteSecretExpiryCommand extends Command<boolean> {
  constructor(
    readonly applicationId: string,
    readonly secretId: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}

import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { ApplicationRefusal } from '../../application.refusals.js';
import { Applications } from '../support/applications.js';
import { NoteSecretExpiryCommand } from './note-secret-expiry.command.js';

const NOTHING_DUE: ApplicationRefusal = 'SECRET-Nt7cE';

@CommandHandler(NoteSecretExpiryCommand)
export class NoteSecretExpiryHandler implements ICommandHandler<NoteSecretExpiryCommand> {
  constructor(private readonly applications: Applications) {}

  async execute({ applicationId: appId, secretId, context }: NoteSecretExpiryCommand): Promise<boolean> {
    try {
      await this.applications.change({ appId, context }, (now) => ({ type: 'NoteSecretExpiry', appId, secretId, now }));
      return true;
    } catch (error) {
      if (error instanceof ContractError && error.id === NOTHING_DUE) return false;
      throw error;
    }
  }
}

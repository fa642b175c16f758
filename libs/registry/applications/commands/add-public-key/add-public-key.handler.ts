import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { PublicKeyError, pemOf, publicKeyOfJwk, publicKeyOfPem } from '#libs/registry/shared/public-keys/public-key.js';
import { refused } from '#libs/registry/shared/refused.js';
import { applicationRefusals } from '../../application.refusals.js';
import { clientIdOf } from '../../application.state.js';
import { Applications } from '../support/applications.js';
import { type AddedPublicKey, AddPublicKeyCommand } from './add-public-key.command.js';

@CommandHandler(AddPublicKeyCommand)
export class AddPublicKeyHandler implements ICommandHandler<AddPublicKeyCommand> {
  constructor(
    private readonly applications: Applications,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: AddPublicKeyCommand): Promise<AddedPublicKey> {
    const { applicationId: appId, expiresAt, context } = command;
    const publicKey = publicKeyIn(command);
    const keyId = this.nextId();
    let clientId = '';
    const details = await this.applications.change({ appId, context }, (now, state) => {
      clientId = clientIdOf(state);
      return { type: 'RegisterKey', appId, keyId, publicKey, expiresAt, now };
    });
    return { keyId, clientId, details };
  }
}

/** The key as PEM. @throws ContractError it is none that is accepted, or is not in one of the two fields */
function publicKeyIn({ pem, jwk }: Pick<AddPublicKeyCommand, 'pem' | 'jwk'>): string {
  if ((pem === '') === (jwk === undefined)) {
    throw refused(applicationRefusals, 'KEY-Pk7vR', 'send the key either in pem or in jwk');
  }
  try {
    return pemOf(jwk === undefined ? publicKeyOfPem(pem) : publicKeyOfJwk(jwk));
  } catch (error) {
    if (!(error instanceof PublicKeyError)) throw error;
    throw refused(applicationRefusals, 'KEY-Pk7vR', error.message);
  }
}

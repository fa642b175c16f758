import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type AnyEvent, isOfType } from '#libs/engine/events/event-definition.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { CLOCK, ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { AppKeyMaker } from '../../app-keys/app-key-maker.js';
import { applicationEvents } from '../../application.events.js';
import { keyTypes } from '../../enum-words.js';
import { Applications } from '../support/applications.js';
import { AddAppKeyCommand, type AddedAppKey } from './add-app-key.command.js';

/** decide → generate the key → decide again, with the key → append. */
@CommandHandler(AddAppKeyCommand)
export class AddAppKeyHandler implements ICommandHandler<AddAppKeyCommand> {
  constructor(
    private readonly applications: Applications,
    private readonly keys: AppKeyMaker,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(command: AddAppKeyCommand): Promise<AddedAppKey> {
    const { appId, expiresAt, context } = command;
    const keyId = this.nextId();
    const keyType = keyTypes.stored(command.type);
    const add = (now: number, publicKey: string) =>
      ({ type: 'AddAppKey', appId, keyId, keyType, expiresAt, now, publicKey }) as const;
    // A key costs a hundred times as much as the rest: none is generated for a request that is refused.
    const { events } = await this.applications.decide(command, add(this.clock(), ''));
    const { publicKey, privateKey } = await this.keys.make(context.editor.user, context.abandoned?.());
    const details = await this.applications.change(command, (now) => add(now, publicKey));
    return { keyId, clientId: clientIdIn(events), privateKey, details };
  }
}

/** The client of an application does not change, so that the first decision tells it for good. */
function clientIdIn(events: readonly AnyEvent[]): string {
  for (const event of events) if (isOfType(event, applicationEvents, 'ApplicationKeyAdded')) return event.data.clientId;
  throw new Error('a key was accepted without an event that adds it');
}

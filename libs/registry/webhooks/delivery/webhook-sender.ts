import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import { CLOCK, CONFIGURATION } from '#libs/engine/runtime/tokens.js';
import { Sender } from './sending/sender.js';

/** The sender of this process: to which addresses it sends is configured. */
@Injectable()
export class WebhookSender extends Sender implements OnModuleDestroy {
  constructor(
    @Inject(CONFIGURATION) { webhooksAllowPrivate }: Pick<Configuration, 'webhooksAllowPrivate'>,
    @Inject(CLOCK) clock: Clock,
  ) {
    super({ allowPrivate: webhooksAllowPrivate, clock });
  }

  onModuleDestroy(): void {
    this.close();
  }
}

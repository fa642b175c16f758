import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { GetWebhookQuery } from '../../../queries/get-webhook/get-webhook.query.js';
import type { WebhookReader } from '../../../queries/support/webhook-reader.js';
import { DirectorySource } from '../../directory-source.js';
import type { WebhookTarget } from '../../webhook-source.js';

/** How long a new webhook is waited for, which the documents have and this process does not know yet. */
const KNOWN_MS = 5_000;
const LOOK_EVERY_MS = 20;

const notKnown = ContractError.of(Code.UNAVAILABLE, 'the webhook is not known to this server yet: try again');

/** The webhooks that a caller sees. */
@Injectable()
export class WebhookAccess {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly source: DirectorySource,
  ) {}

  /** @throws ContractError WEBHOOK-Nf4kd: the caller sees no such webhook */
  async check(webhookId: string, reader: WebhookReader): Promise<void> {
    await this.dispatcher.query(new GetWebhookQuery({ webhookId }, reader));
  }

  /**
   * A webhook as deliveries know it.
   *
   * @throws ContractError WEBHOOK-Nf4kd: the caller sees no such webhook; UNAVAILABLE: it is not known here yet
   */
  async target(webhookId: string, reader: WebhookReader): Promise<WebhookTarget> {
    await this.check(webhookId, reader);
    const until = AbortSignal.timeout(KNOWN_MS);
    await this.source.ready(until);
    for (; !until.aborted; await delay(LOOK_EVERY_MS)) {
      const target = this.source.one(webhookId);
      if (target !== undefined) return target;
    }
    throw notKnown;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { RpcService } from '#libs/engine/rpc/core/bind.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import {
  type AddWebhookRequest,
  type GetWebhookRequest,
  type ListWebhooksRequest,
  type PauseWebhookRequest,
  type RemoveWebhookRequest,
  type ResumeWebhookRequest,
  type RotateWebhookSecretRequest,
  type UpdateWebhookRequest,
  WebhookService,
} from '#libs/registry/contract/gen/appledger/v1/webhooks_pb.js';
import { Call } from '#libs/registry/shared/features/call.js';
import { timeOf } from '#libs/registry/shared/past/as-of.js';
import type { ReadContext } from '#libs/registry/shared/queries/read-context.js';
import { changedDetails, createdDetails, listDetails } from '#libs/registry/shared/rpc/answers.js';
import type { CallContext } from '#libs/registry/shared/rpc/call-context.js';
import { commandContext } from '#libs/registry/shared/rpc/command-context.js';
import { readContext } from '#libs/registry/shared/rpc/read-context.js';
import { AddWebhookCommand } from './commands/add-webhook/add-webhook.command.js';
import { PauseWebhookCommand } from './commands/pause-webhook/pause-webhook.command.js';
import { RemoveWebhookCommand } from './commands/remove-webhook/remove-webhook.command.js';
import { ResumeWebhookCommand } from './commands/resume-webhook/resume-webhook.command.js';
import { RotateWebhookSecretCommand } from './commands/rotate-webhook-secret/rotate-webhook-secret.command.js';
import { UpdateWebhookCommand } from './commands/update-webhook/update-webhook.command.js';
import type { WebhookDocument } from './projections/webhooks/webhooks.document.js';
import { GetWebhookQuery } from './queries/get-webhook/get-webhook.query.js';
import { ListWebhooksQuery } from './queries/list-webhooks/list-webhooks.query.js';
import { readsEverywhere, writesEverywhere } from './webhook-caller.js';
import type { WebhookContext } from './webhook-context.js';
import { webhookMessage } from './webhook-message.js';

/** The calls on webhooks. */
@Injectable()
@RpcService(WebhookService)
export class WebhooksRpc {
  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Call(WebhookService.method.addWebhook, {
    group: 'Webhooks',
    summary: 'Add a webhook; the answer contains its signing secret, which cannot be read again',
    errors: [
      'WEBHOOK-Ur6lf',
      'WEBHOOK-Ty4pe',
      'WEBHOOK-Sc9pe',
      'WEBHOOK-Pr3jt',
      'WEBHOOK-Ky8nO',
      'WEBHOOK-Mx6ny',
      'WEBHOOK-Ex2st',
      'FEED-w4Kp2',
      'FEED-h7Rz9',
    ],
  })
  async addWebhook(request: AddWebhookRequest, context: CallContext) {
    const command = new AddWebhookCommand(request, webhookContext(context));
    const { details, ...added } = await this.dispatcher.command(command);
    return { ...added, details: createdDetails(details) };
  }

  @Call(WebhookService.method.getWebhook, {
    group: 'Webhooks',
    summary: 'Read a webhook',
    errors: ['WEBHOOK-Nf4kd'],
    asOf: true,
  })
  async getWebhook(request: GetWebhookRequest, context: CallContext) {
    const reader = webhookReader(context);
    const webhook = await this.dispatcher.query(new GetWebhookQuery(request, reader));
    return { webhook: this.#messageFor(reader)(webhook) };
  }

  @Call(WebhookService.method.listWebhooks, {
    group: 'Webhooks',
    summary: 'List the webhooks',
    errors: [],
    asOf: true,
  })
  async listWebhooks(request: ListWebhooksRequest, context: CallContext) {
    const reader = webhookReader(context);
    const listed = await this.dispatcher.query(new ListWebhooksQuery(request, reader));
    return { details: listDetails(listed), result: listed.documents.map(this.#messageFor(reader)) };
  }

  @Call(WebhookService.method.updateWebhook, {
    group: 'Webhooks',
    summary: 'Set the URL and the types of events of a webhook',
    errors: ['WEBHOOK-Ur6lf', 'WEBHOOK-Ty4pe', 'WEBHOOK-Nf4kd', 'WEBHOOK-Nc7hg'],
  })
  async updateWebhook(request: UpdateWebhookRequest, context: CallContext) {
    const command = new UpdateWebhookCommand(request, webhookContext(context));
    return { details: changedDetails(await this.dispatcher.command(command)) };
  }

  @Call(WebhookService.method.pauseWebhook, {
    group: 'Webhooks',
    summary: 'Pause a webhook',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Pa3sd'],
  })
  async pauseWebhook(request: PauseWebhookRequest, context: CallContext) {
    const command = new PauseWebhookCommand(request, webhookContext(context));
    return { details: changedDetails(await this.dispatcher.command(command)) };
  }

  @Call(WebhookService.method.resumeWebhook, {
    group: 'Webhooks',
    summary: 'Resume a paused webhook where it ended',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Ac5tv'],
  })
  async resumeWebhook(request: ResumeWebhookRequest, context: CallContext) {
    const command = new ResumeWebhookCommand(request, webhookContext(context));
    return { details: changedDetails(await this.dispatcher.command(command)) };
  }

  @Call(WebhookService.method.rotateWebhookSecret, {
    group: 'Webhooks',
    summary: 'Make a new signing secret of a webhook; the answer contains it, and it cannot be read again',
    errors: ['WEBHOOK-Nf4kd', 'WEBHOOK-Ky8nO', 'WEBHOOK-Ov6lp', 'WEBHOOK-Ms5ec'],
  })
  async rotateWebhookSecret(request: RotateWebhookSecretRequest, context: CallContext) {
    const command = new RotateWebhookSecretCommand(request, webhookContext(context));
    const { details, ...secret } = await this.dispatcher.command(command);
    return { ...secret, details: changedDetails(details) };
  }

  @Call(WebhookService.method.removeWebhook, {
    group: 'Webhooks',
    summary: 'Remove a webhook permanently',
    errors: ['WEBHOOK-Nf4kd'],
  })
  async removeWebhook(request: RemoveWebhookRequest, context: CallContext) {
    const command = new RemoveWebhookCommand(request, webhookContext(context));
    return { details: changedDetails(await this.dispatcher.command(command)) };
  }

  /** Which secrets sign depends on the time: now, or that of the point as of which the reader asks. */
  #messageFor({ asOf }: ReadContext): (webhook: WebhookDocument) => ReturnType<typeof webhookMessage> {
    const now = this.clock();
    return (webhook) =>
      webhookMessage(webhook, asOf === undefined ? now : timeOf(asOf, Date.parse(webhook.details.changeDate)));
  }
}

function webhookContext(context: CallContext): WebhookContext {
  return { ...commandContext(context), everywhere: writesEverywhere(context) };
}

function webhookReader(context: CallContext) {
  return { ...readContext(context), everywhere: readsEverywhere(context) };
}

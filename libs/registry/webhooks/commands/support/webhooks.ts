import { Injectable } from '@nestjs/common';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import { type Details, detailsOf } from '#libs/registry/shared/commands/details.js';
import { refused } from '#libs/registry/shared/refused.js';
import { type WebhookCommand, webhookDecider } from '../../webhook.decide.js';
import { webhookStream } from '../../webhook.events.js';
import { webhookRefusals } from '../../webhook.refusals.js';
import type { WebhookContext } from '../../webhook-context.js';
import { webhookSeenBy } from '../../webhook-visibility.js';

/** The webhook that a command changes, and the request that the command belongs to. */
export interface WebhookTarget {
  readonly webhookId: string;
  readonly context: WebhookContext;
}

/** Changes webhooks as a caller sees them: others do not exist. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly repository: Repository,
    private readonly executor: CommandExecutor,
  ) {}

  /**
   * Runs a command on a webhook that exists. Its events belong to the organization that owns the webhook.
   *
   * @param command makes the command to decide; gets the time, in milliseconds since 1970
   * @throws ContractError the refusal, or what {@link CommandExecutor.execute} throws
   */
  async change(target: WebhookTarget, command: (now: number) => WebhookCommand): Promise<Details> {
    const { webhookId, context } = target;
    const caller = { organization: context.resourceOwner, everywhere: context.everywhere };
    const stream = webhookStream(webhookId);
    // The first event of the stream says who owns it, for ever.
    const { resourceOwner = context.resourceOwner } = await this.repository.load(stream, webhookDecider);
    const plan = async ({ now }: { readonly now: number }) => {
      const loaded = await this.repository.load(stream, webhookDecider);
      const decision = webhookDecider.decide(webhookSeenBy(caller, loaded), command(now));
      if (!decision.accepted) throw refused(webhookRefusals, decision.refusal, decision.detail);
      return { stream, events: decision.events, expected: loaded.revision };
    };
    const committed = await this.executor.executeInOrder(stream, plan, { ...context, resourceOwner });
    if (committed === undefined) throw refused(webhookRefusals, 'WEBHOOK-Nf4kd');
    return detailsOf(committed.appended, committed.at, resourceOwner);
  }
}

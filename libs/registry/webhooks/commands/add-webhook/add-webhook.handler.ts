import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CommandExecutor } from '#libs/engine/commands/command-executor.js';
import { Repository } from '#libs/engine/commands/repository.js';
import type { IdGenerator } from '#libs/engine/kernel/ids.js';
import { ID_GENERATOR } from '#libs/engine/runtime/tokens.js';
import { accessRefusals } from '#libs/registry/access/index.js';
import { isLiveProject, loadProject } from '#libs/registry/projects/index.js';
import { detailsOf } from '#libs/registry/shared/commands/details.js';
import { refused } from '#libs/registry/shared/refused.js';
import { decideWebhook } from '../../webhook.decide.js';
import { webhookStream } from '../../webhook.events.js';
import { webhookRefusals } from '../../webhook.refusals.js';
import { noWebhook } from '../../webhook.state.js';
import { WebhookLimit } from '../../webhook-limit.js';
import { Beginnings } from '../support/beginnings.js';
import { Destinations } from '../support/destinations.js';
import { NewSecrets } from '../support/new-secrets.js';
import { type AddedWebhook, AddWebhookCommand } from './add-webhook.command.js';

@CommandHandler(AddWebhookCommand)
export class AddWebhookHandler implements ICommandHandler<AddWebhookCommand> {
  constructor(
    private readonly repository: Repository,
    private readonly executor: CommandExecutor,
    private readonly destinations: Destinations,
    private readonly beginnings: Beginnings,
    private readonly secrets: NewSecrets,
    private readonly limit: WebhookLimit,
    @Inject(ID_GENERATOR) private readonly nextId: IdGenerator,
  ) {}

  async execute(command: AddWebhookCommand): Promise<AddedWebhook> {
    const { context, allOrganizations } = command;
    const projectId = await this.#scope(command);
    const destination = await this.destinations.checked(command);
    const beginning = await this.beginnings.of(command.from, context.abandoned?.());
    const webhookId = this.nextId();
    const { secretId, keyId, signingSecret } = await this.secrets.next(webhookId);
    const wanted = { ...destination, ...beginning, projectId, allOrganizations, secretId, keyId };
    const decision = decideWebhook(noWebhook, { type: 'AddWebhook', webhookId, ...wanted });
    if (!decision.accepted) throw refused(webhookRefusals, decision.refusal, decision.detail);
    const owner = allOrganizations ? undefined : context.resourceOwner;
    const plan = async () => {
      await this.limit.check(owner);
      return { stream: webhookStream(webhookId), events: decision.events, expected: 'noStream' as const };
    };
    // One after the other, so that each counts those before it.
    const added = await this.executor.executeInOrder(`webhooks of ${owner ?? 'all'}`, plan, context);
    if (added === undefined) throw refused(webhookRefusals, 'WEBHOOK-Ex2st');
    return { webhookId, signingSecret, details: detailsOf(added.appended, added.at, context.resourceOwner) };
  }

  /** The project to which the webhook is limited; undefined: to none. @throws ContractError it cannot be limited so */
  async #scope({ allOrganizations, projectId, context }: AddWebhookCommand): Promise<string | undefined> {
    if (allOrganizations && !context.everywhere) throw refused(accessRefusals, 'AUTH-5mWD2');
    if (projectId === '') return undefined;
    if (allOrganizations) throw refused(webhookRefusals, 'WEBHOOK-Sc9pe');
    const { state } = await loadProject(this.repository, projectId, context.resourceOwner);
    if (!isLiveProject(state)) throw refused(webhookRefusals, 'WEBHOOK-Pr3jt');
    return projectId;
  }
}

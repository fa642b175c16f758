import type { Duration } from '@bufbuild/protobuf/wkt';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { parseDuration } from '#libs/engine/kernel/duration.js';
import { refused } from '#libs/registry/shared/refused.js';
import { webhookRefusals } from '../../webhook.refusals.js';
import { NewSecrets } from '../support/new-secrets.js';
import { Webhooks } from '../support/webhooks.js';
import { type RotatedSecret, RotateWebhookSecretCommand } from './rotate-webhook-secret.command.js';

/** The longest overlap. */
const MAX_OVERLAP_MS = parseDuration('90d') ?? 0;

@CommandHandler(RotateWebhookSecretCommand)
export class RotateWebhookSecretHandler implements ICommandHandler<RotateWebhookSecretCommand> {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly secrets: NewSecrets,
  ) {}

  async execute(command: RotateWebhookSecretCommand): Promise<RotatedSecret> {
    const { webhookId } = command;
    const overlapMs = overlapOf(command.overlap);
    const { secretId, keyId, signingSecret } = await this.secrets.next(webhookId);
    const secret = { webhookId, secretId, keyId, overlapMs };
    const details = await this.webhooks.change(command, (now) => ({ type: 'RotateWebhookSecret', ...secret, now }));
    return { signingSecret, secretId, details };
  }
}

/** In milliseconds; 0 without one. @throws ContractError it is negative or too long */
function overlapOf(overlap: Duration | undefined): number {
  const ms = Number(overlap?.seconds ?? 0n) * 1_000 + Math.floor((overlap?.nanos ?? 0) / 1_000_000);
  if (ms >= 0 && ms <= MAX_OVERLAP_MS) return ms;
  throw refused(webhookRefusals, 'WEBHOOK-Ov6lp');
}

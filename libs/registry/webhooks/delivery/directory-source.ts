import { once } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from '#libs/engine/commands/dispatcher.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { automaticPause } from '../automatic-pause.js';
import { nextEnd } from '../webhook.state.js';
import { WebhookDirectory } from '../webhook-directory.js';
import type { WebhookEntry } from '../webhook-entry.js';
import { type DeliveryPause, WebhookSource, type WebhookTarget } from './webhook-source.js';

/** The webhook is paused already, or has been removed. */
const SETTLED: readonly (string | undefined)[] = ['WEBHOOK-Pa3sd', 'WEBHOOK-Nf4kd'];

/** The webhooks of the directory, which follows the event log. */
@Injectable()
export class DirectorySource extends WebhookSource {
  /** Deriving the secrets of all webhooks again and again would cost more than their deliveries. */
  readonly #targets = new WeakMap<WebhookEntry, { readonly target: WebhookTarget; readonly until: number }>();

  constructor(
    private readonly directory: WebhookDirectory,
    private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async ready(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const leaving = new AbortController();
    await Promise.race([
      this.directory.ready(),
      once(signal, 'abort', { signal: leaving.signal }).catch(() => undefined), // it is known first
    ]);
    leaving.abort();
  }

  all(): readonly WebhookTarget[] {
    return this.directory.all().map((entry) => this.targetOf(entry));
  }

  /** A webhook, paused or not; undefined: it is not known here. */
  one(id: string): WebhookTarget | undefined {
    const entry = this.directory.get(id);
    return entry && this.targetOf(entry);
  }

  async pause(id: string, reason: DeliveryPause): Promise<void> {
    const entry = this.directory.get(id);
    if (entry === undefined) return;
    try {
      await this.dispatcher.command(automaticPause(entry, reason));
    } catch (error) {
      if (!(error instanceof ContractError) || !SETTLED.includes(error.id)) throw error;
    }
  }

  /** The same object as long as the webhook and its active secrets are the same. */
  private targetOf(entry: WebhookEntry): WebhookTarget {
    const now = this.clock();
    const known = this.#targets.get(entry);
    if (known !== undefined && now < known.until) return known.target;
    const { id, url, selection, after, paused } = entry;
    const secrets = this.directory.secretsOf(entry);
    const target = { id, url, selection, after, isPaused: paused !== undefined, secrets };
    this.#targets.set(entry, { target, until: nextEnd(entry.secrets, now) });
    return target;
  }
}

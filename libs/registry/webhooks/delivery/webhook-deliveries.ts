import { Inject, Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { PeriodicWork } from '#libs/engine/consumer/periodic-work.js';
import type { Turn } from '#libs/engine/consumer/turn.js';
import type { LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { Configuration } from '#libs/engine/runtime/configuration.js';
import type { Log } from '#libs/engine/runtime/logger.js';
import { CONFIGURATION, DELIVERY_ENTRIES, LOG, METRICS } from '#libs/engine/runtime/tokens.js';
import { EventFeed } from '#libs/registry/feed/index.js';
import { BackgroundWork } from '#libs/registry/shared/features/background-work.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DirectorySource } from './directory-source.js';
import { DeliveryEngine } from './engine/delivery-engine.js';
import { systemTimers } from './engine/timers.js';
import type { DeliveryParts } from './engine/webhook-delivery.js';
import { WebhookHandover } from './handover/webhook-handover.js';
import { WebhookSender } from './webhook-sender.js';

/** Sends events to webhooks. One round lasts until the process stops, or another one takes over. */
@Injectable()
@BackgroundWork({
  name: 'webhook deliveries',
  does: 'sends events to webhooks in the order of the log, those of each application one after the other',
  everyMs: 1_000,
  reachesOut: true,
})
export class WebhookDeliveries implements PeriodicWork {
  readonly #engine: DeliveryEngine;

  constructor(
    feed: EventFeed,
    source: DirectorySource,
    sender: WebhookSender,
    @Inject(CONFIGURATION) private readonly configuration: Pick<Configuration, 'webhooksDeliver'>,
    @Inject(DELIVERY_ENTRIES) entries: LastingEntries,
    { handover }: WebhookHandover,
    @Inject(LOG) log: Log,
    @Inject(METRICS) registry: Registry,
  ) {
    const metrics = new DeliveryMetrics(registry, {
      reports: () => [...this.#engine.reports().values()].flat(),
      paused: () => source.all().filter(({ isPaused }) => isPaused).length,
      now: systemTimers.now,
    });
    const counted: DeliveryParts['counted'] = ({ outcome }) => metrics.attempted(outcome);
    const parts = { feed, entries, sender, timers: systemTimers, log, counted };
    this.#engine = new DeliveryEngine(source, parts, handover);
  }

  get isOn(): boolean {
    return this.configuration.webhooksDeliver;
  }

  round(signal: AbortSignal, turn: Turn): Promise<void> {
    return this.#engine.run(signal, turn);
  }

  /** Whether this process delivers now. */
  get isDelivering(): boolean {
    return this.#engine.isDelivering;
  }

  /** Looks for what callers have asked for now. In a process that does not deliver it does nothing. */
  wake(): void {
    this.#engine.wake();
  }
}

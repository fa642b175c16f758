import { setImmediate as nextTurn } from 'node:timers/promises';
import { ALWAYS } from '#libs/engine/consumer/turn.js';
import {
  type EmbeddedLastingEntries,
  openEmbeddedLastingEntries,
} from '#libs/engine/documents/embedded/embedded-lasting-entries.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { DeliveryEngine } from '#libs/registry/webhooks/delivery/engine/delivery-engine.js';
import { Sender } from '#libs/registry/webhooks/delivery/sending/sender.js';
import type { DeliveryPause, WebhookTarget } from '#libs/registry/webhooks/delivery/webhook-source.js';
import { WebhookSource } from '#libs/registry/webhooks/delivery/webhook-source.js';
import { FeedScene } from './feed-scene.js';
import { ManualTimers } from './manual-timers.js';
import { silentLog } from './silent-log.js';
import { tempFolder } from './temp-folder.js';

/** Webhooks that a test sets. */
export class TestWebhooks extends WebhookSource {
  readonly targets = new Map<string, WebhookTarget>();
  readonly paused: [string, DeliveryPause][] = [];

  async ready(): Promise<void> {
    // They are known.
  }

  all(): readonly WebhookTarget[] {
    return [...this.targets.values()];
  }

  async pause(id: string, reason: DeliveryPause): Promise<void> {
    this.paused.push([id, reason]);
    this.set(id, { isPaused: true });
  }

  set(id: string, changes: Partial<WebhookTarget>): void {
    const before = this.targets.get(id) ?? {
      id,
      url: '',
      selection: { types: undefined, organization: undefined, project: undefined, application: undefined },
      after: -1n,
      isPaused: false,
      secrets: [`whsec_${Buffer.alloc(24, 1).toString('base64')}`],
    };
    this.targets.set(id, { ...before, ...changes });
  }
}

/** Deliveries over real stores to real receivers, with a clock that a test moves. */
export class Delivering {
  readonly webhooks = new TestWebhooks();
  readonly timers = new ManualTimers();
  readonly scene: FeedScene;
  readonly #folder = tempFolder();
  entries: EmbeddedLastingEntries = this.openEntries();
  engine: DeliveryEngine | undefined;
  /** Parked subjects at which a webhook is paused. */
  maxParked: number | undefined;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  #sender: Sender | undefined;

  constructor(store: EventStore) {
    this.scene = new FeedScene(store);
  }

  private openEntries(): EmbeddedLastingEntries {
    return openEmbeddedLastingEntries(this.#folder, { readOnly: false, log: silentLog, what: 'entries' });
  }

  /** Appends events of an application: the first begins it. */
  async change(application: string, count = 1): Promise<void> {
    const events = Array.from({ length: count }, (_, index) => ({
      type: 'ApplicationChanged',
      data: { appId: application, name: `n${index}` },
    }));
    await this.scene.append(`application-${application}`, 'o1', events);
  }

  start(): void {
    const abort = new AbortController();
    this.#sender = new Sender({ allowPrivate: true, clock: this.timers.now });
    this.engine = this.#engineWith(this.#sender);
    this.#running = { abort, ended: this.engine.run(abort.signal, ALWAYS) };
    this.#running.ended.catch(() => undefined); // stop() tells
  }

  /** Lets another process deliver from the same state. Answers what ends it. */
  beside(): () => Promise<void> {
    const abort = new AbortController();
    const sender = new Sender({ allowPrivate: true, clock: this.timers.now });
    const ended = this.#engineWith(sender).run(abort.signal, ALWAYS);
    return async () => {
      abort.abort();
      await ended;
      sender.close();
    };
  }

  #engineWith(sender: Sender): DeliveryEngine {
    const { timers, entries, scene, webhooks } = this;
    return new DeliveryEngine(webhooks, {
      feed: scene.feed,
      entries,
      sender,
      timers,
      log: silentLog,
      counted: () => undefined,
      ...(this.maxParked !== undefined && { maxParked: this.maxParked }),
    });
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.abort.abort();
    try {
      await running?.ended;
    } finally {
      this.#sender?.close();
    }
  }

  /** Loses everything that is not stored, as a process that is killed does: the engine goes on with an older state. */
  async crash(): Promise<void> {
    const to = tempFolder();
    await this.entries.copyTo(to);
    await this.stop();
    await this.entries.close();
    this.entries = openEmbeddedLastingEntries(to, { readOnly: false, log: silentLog, what: 'entries' });
  }

  /** Moves the clock to the next call that is due, again and again, until a condition holds. */
  async pass(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const { next } = this.timers;
      if (next !== undefined) this.timers.advance(Math.max(0, next - this.timers.now()));
      for (let turn = 0; turn < 20 && !condition(); turn += 1) await nextTurn();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async close(): Promise<void> {
    await this.stop();
    await this.entries.close();
    await this.scene.close();
  }
}

import type { LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import { keys, webhookIn } from '../state/delivery-keys.js';
import type { StoredReplay, StoredRequest } from '../state/stored-lines.js';
import type { UnsavedState } from './unsaved-state.js';
import type { WebhookDelivery } from './webhook-delivery.js';

/** What a desk needs of the engine. */
export interface DeskParts {
  readonly entries: LastingEntries;
  /** Brings what callers of other processes have asked for among the entries. */
  readonly fetch: () => Promise<void>;
  readonly unsaved: UnsavedState;
}

/** Does what callers have asked for, in whichever process. */
export class RequestDesk {
  /** The requests that are being done. */
  readonly #underWay = new Set<string>();

  constructor(private readonly parts: DeskParts) {}

  /** Looks for requests once. @throws Error the stores are away: look again */
  async look(deliveries: ReadonlyMap<string, WebhookDelivery>): Promise<void> {
    const { entries, fetch, unsaved } = this.parts;
    await fetch();
    for (const { key, value } of await entries.list(keys.requests)) {
      if (unsaved.has(key)) continue;
      const delivery = deliveries.get(webhookIn(key));
      if (delivery === undefined) continue; // it is paused: the request waits
      const request = value as StoredRequest;
      if (request.kind === 'again') void this.#again(key, delivery, request);
      else {
        delivery.release(request.stream);
        unsaved.keep([{ key, value: undefined }]);
      }
    }
    for (const { key, value } of await entries.list(keys.replays)) {
      if (unsaved.has(key)) continue;
      await deliveries.get(webhookIn(key))?.replay(key.split('/')[2] ?? '', value as StoredReplay);
    }
  }

  /** Delivers an event once more. The request is kept until it has been delivered, whatever becomes of the process. */
  async #again(key: string, delivery: WebhookDelivery, request: StoredRequest & { kind: 'again' }): Promise<void> {
    if (this.#underWay.has(key)) return;
    this.#underWay.add(key);
    try {
      if (await delivery.again(request)) this.parts.unsaved.keep([{ key, value: undefined }]);
    } catch (error) {
      this.parts.unsaved.away(error);
    } finally {
      this.#underWay.delete(key);
    }
  }
}

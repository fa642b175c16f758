import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import {
  BEFORE_FIRST_POSITION,
  type EventStore,
  type RecordedEvent,
} from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { readableEvent } from '#libs/engine/events/readable-event.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import { EVENT_CODEC, EVENT_STORE, LOG_IDENTITY } from '#libs/engine/runtime/tokens.js';
import { PUBLIC_EVENTS, type PublicEvents } from '#libs/registry/shared/features/public-events.js';
import { refused } from '#libs/registry/shared/refused.js';
import { cursorsOf } from './cursor.js';
import { feedRefusals } from './feed.refusals.js';
import { placeOfTime } from './place-of-time.js';
import { type Start, StartPoints } from './start-points.js';

/** A node of a cluster may be behind the one that was read from before: its head is asked for again for so long. */
const BEHIND_MS = 2_000;
const BEHIND_PAUSE_MS = 100;

@Injectable()
export class StartingPoint extends StartPoints {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
    @Inject(LOG_IDENTITY) private readonly identity: LogIdentity,
  ) {
    super();
  }

  override async of(text: string, field: string): Promise<Start> {
    const log = await this.identity.current();
    const cursors = cursorsOf(log);
    if (text === '' || text === 'beginning') return { after: BEFORE_FIRST_POSITION, log, cursors };
    if (text === 'now') return { after: await this.#head(), log, cursors };
    const after = cursors.positionOf(text);
    if (after === undefined) {
      throw ContractError.invalidField(field, 'must be a cursor that the feed has answered, "beginning" or "now"');
    }
    if (!(await this.#hasReached(after))) throw refused(feedRefusals, 'FEED-h7Rz9');
    return { after, log, cursors };
  }

  override async since(time: number, abandoned?: AbortSignal): Promise<Start> {
    const log = await this.identity.current();
    const place = await placeOfTime(this.store, {
      time,
      timeOf: (recorded) => this.#timeOf(recorded),
      streamPrefixes: this.publicEvents.streamPrefixes,
      abandoned,
    });
    return { after: place ?? (await this.#head()), log, cursors: cursorsOf(log) };
  }

  #timeOf(recorded: RecordedEvent): number | undefined {
    const event = readableEvent(this.codec, recorded);
    return event && Date.parse(event.meta.occurredAt);
  }

  async #head(): Promise<bigint> {
    return this.store.localHead ?? (await this.store.head());
  }

  async #hasReached(position: bigint): Promise<boolean> {
    const isLocal = this.store.localHead !== undefined;
    for (const until = performance.now() + BEHIND_MS; ; await delay(BEHIND_PAUSE_MS)) {
      if (position <= (await this.#head())) return true;
      if (isLocal || performance.now() > until) return false;
    }
  }
}

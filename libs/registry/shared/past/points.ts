import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import { readableEvent } from '#libs/engine/events/readable-event.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import type { Point } from '#libs/engine/past/point.js';
import { CLOCK, EVENT_CODEC, EVENT_STORE } from '#libs/engine/runtime/tokens.js';
import { AS_OF_HEADER } from '#libs/registry/contract/headers.js';
import { type AsOf, POINT_FORMS, type PointOfLog, pointOf } from './as-of.js';

/** Checks that points lie in the past of the event log. */
@Injectable()
export class Points {
  /** Of one connection to the store: the log does not lose its first event. */
  #first: { readonly connection: number; readonly event: DecodedEvent } | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(EVENT_CODEC) private readonly codec: EventCodec,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Checks a point. A sequence is one of a stream, and is checked by whoever reads that.
   *
   * @param field where the caller has named it, for the error
   * @throws ContractError INVALID_ARGUMENT: it is ahead, or before the first event of the log
   * @throws EventStoreUnavailableError
   */
  async check(point: Point, field: string): Promise<void> {
    if ('sequence' in point) return;
    if ('time' in point && point.time > this.clock()) throw ahead(field, `the time is ${iso(this.clock())}`);
    if ('position' in point) {
      const head = this.store.localHead ?? (await this.store.head());
      if (point.position > head) throw ahead(field, `the newest position is ${head < 0n ? 'none' : head}`);
    }
    const first = await this.#firstEvent();
    if (first === undefined)
      throw ContractError.invalidField(field, 'must not be before the first event: there is none');
    const { occurredAt } = first.meta;
    const isBefore = 'time' in point ? iso(point.time) < occurredAt : point.position < first.position;
    if (!isBefore) return;
    const begin = `at ${occurredAt}, at position ${first.position}`;
    throw ContractError.invalidField(field, `must not be before the first event, which happened ${begin}`);
  }

  /**
   * The point that the header of a query names.
   *
   * @throws ContractError INVALID_ARGUMENT: it is neither a time nor a position, ahead, or before the first event
   * @throws EventStoreUnavailableError
   */
  async of({ text }: AsOf): Promise<PointOfLog> {
    const point = pointOf(text);
    if (point === undefined) throw ContractError.invalidField(AS_OF_HEADER, `must be ${POINT_FORMS}`);
    await this.check(point, AS_OF_HEADER);
    return point;
  }

  async #firstEvent(): Promise<DecodedEvent | undefined> {
    const { connectionCount: connection } = this.store;
    if (this.#first?.connection === connection) return this.#first.event;
    for await (const recorded of this.store.readAll({ filter: { streamPrefixes: this.codec.streams.prefixes } })) {
      const event = readableEvent(this.codec, recorded);
      if (event === undefined) continue;
      this.#first = { connection, event };
      return event;
    }
    return undefined;
  }
}

function ahead(field: string, limit: string): ContractError {
  return ContractError.invalidField(field, `must not be ahead (${limit})`);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

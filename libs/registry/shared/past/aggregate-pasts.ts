import type { JsonObject } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { FoldedDocuments } from '#libs/engine/past/folded-documents.js';
import { PastStreams } from '#libs/engine/past/past-streams.js';
import { countUpTo, type Point } from '#libs/engine/past/point.js';
import { CLOCK } from '#libs/engine/runtime/tokens.js';
import { AGGREGATE_VIEWS, type AggregateView, type PastReader } from '../features/aggregate-view.js';
import { PUBLIC_EVENTS, type PublicEvents } from '../features/public-events.js';
import type { Listed, Page } from '../queries/list.js';
import { anyPointOf, POINT_FORMS } from './as-of.js';
import { type FieldChange, fieldChanges } from './field-changes.js';
import { Points } from './points.js';

/** One aggregate. */
export interface AggregatePlace {
  readonly aggregateType: string;
  readonly id: string;
}

/** Who reads: what a caller does not see does not exist for it, and an operator sees all. */
export type PastViewer = PastReader | 'operator';

/** A public event of an aggregate, and what it has changed. */
export interface HistoryEntry {
  readonly event: DecodedEvent;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /** Its sequence in the aggregate; 0: it is of another one, and has ended this one. */
  readonly sequence: bigint;
  readonly fields: readonly FieldChange[];
}

/** What an aggregate is at a point. */
export interface PastState {
  /** undefined: it has not been added yet, or has been removed. */
  readonly fields: JsonObject | undefined;
  readonly sequence: bigint;
  /** Its last event up to the point; undefined: there is none. */
  readonly last: DecodedEvent | undefined;
}

/** An aggregate at two points. */
export interface PastDiff {
  readonly before: PastState;
  readonly after: PastState;
  /** What differs. */
  readonly fields: readonly FieldChange[];
}

/** Two points, each a time, a position or a sequence; empty: now. */
export interface PointPair {
  readonly from: string;
  readonly to: string;
}

/** The events of an aggregate. */
interface Life {
  readonly view: AggregateView;
  readonly events: readonly DecodedEvent[];
  /** The event of another aggregate that has ended this one. */
  readonly end: DecodedEvent | undefined;
}

/** The fields after an event; without another one they are the same between these times, in milliseconds since 1970. */
interface KnownFields {
  readonly from: number;
  readonly fields: JsonObject | undefined;
  readonly until: number;
}

/** Tells the past of single aggregates, those that have been removed included: each out of its own stream. */
@Injectable()
export class AggregatePasts {
  constructor(
    private readonly streams: PastStreams,
    private readonly points: Points,
    @Inject(AGGREGATE_VIEWS) private readonly views: readonly AggregateView[],
    @Inject(PUBLIC_EVENTS) private readonly publicEvents: PublicEvents,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A page of the changes of an aggregate. @throws ContractError its caller does not see it */
  async history(
    place: AggregatePlace,
    viewer: PastViewer,
    { offset, limit, ascending }: Page,
  ): Promise<Listed<HistoryEntry>> {
    const { view, events, end } = await this.#read(place, viewer);
    const all = end === undefined ? events : [...events, end];
    const shown = all.filter(({ type }) => this.publicEvents.nameOf(type) !== undefined);
    const page = (ascending ? shown : shown.toReversed()).slice(offset, offset + limit);
    const wanted = new Set(page);
    const entries: HistoryEntry[] = [];
    const documents = new FoldedDocuments(view.projections);
    let known: KnownFields | undefined;
    for (const event of all) {
      if (!wanted.has(event)) {
        documents.take(event);
        known = undefined;
        continue;
      }
      const time = timeOf(event);
      const isKnown = known !== undefined && known.from <= time && time < known.until;
      const before = isKnown ? known?.fields : view.fields(documents, place.id, time);
      documents.take(event);
      const after = event === end ? undefined : view.fields(documents, place.id, time);
      const sequence = event === end ? 0n : sequenceOf(event);
      entries.push({ event, time, sequence, fields: fieldChanges(before, after) });
      const until = view.changesByItself?.(documents, place.id, time) ?? Number.POSITIVE_INFINITY;
      known = { fields: after, from: time, until };
    }
    const last = all.at(-1);
    return {
      documents: ascending ? entries : entries.reverse(),
      total: shown.length,
      position: last?.position ?? 0n,
      viewTime: last && timeOf(last),
    };
  }

  /**
   * What an aggregate is at a point: a time, a position or a sequence; empty: now.
   *
   * @throws ContractError its caller does not see it, or the point is not valid
   */
  async state(place: AggregatePlace, viewer: PastViewer, at: string): Promise<PastState> {
    const life = await this.#read(place, viewer);
    return this.#stateAt(life, place.id, await this.#point('at', at, life.events));
  }

  /** Compares an aggregate at two points. @throws ContractError like {@link state} */
  async diff(place: AggregatePlace, viewer: PastViewer, { from, to }: PointPair): Promise<PastDiff> {
    const life = await this.#read(place, viewer);
    const [one, other] = [await this.#point('from', from, life.events), await this.#point('to', to, life.events)];
    const before = this.#stateAt(life, place.id, one);
    const after = this.#stateAt(life, place.id, other);
    return { before, after, fields: fieldChanges(before.fields, after.fields) };
  }

  async #read({ aggregateType, id }: AggregatePlace, viewer: PastViewer): Promise<Life> {
    const view = this.views.find((one) => one.aggregateType === aggregateType);
    if (view === undefined) throw new Error(`no feature has a view of ${aggregateType}`);
    const events = await this.streams.upTo(view.stream(id));
    const [first] = events;
    const isShown = events.some(({ type }) => this.publicEvents.nameOf(type) !== undefined);
    if (first === undefined || !isShown) throw view.missing();
    const { isSeenBy = seesOwn } = view;
    if (viewer !== 'operator' && !isSeenBy(viewer, first)) throw view.missing();
    return this.#lived({ view, events, end: await this.#endOf(view, first) }, id);
  }

  /** The event of another stream that has ended an aggregate: the last one there, as nothing follows it. */
  async #endOf({ endedBy }: AggregateView, first: DecodedEvent): Promise<DecodedEvent | undefined> {
    const place = endedBy?.(first);
    if (place === undefined) return undefined;
    for await (const event of this.streams.readable(place.stream, { direction: 'backwards' })) {
      return event.type === place.type ? event : undefined;
    }
    return undefined;
  }

  /** What has had an effect: what another process has appended after the end has not. @throws ContractError nothing has */
  #lived(life: Life, id: string): Life {
    const { view, end } = life;
    if (end === undefined) return life;
    const events = life.events.filter(({ position }) => position < end.position);
    if (events.length === 0) throw view.missing();
    const { fields } = this.#stateAt({ view, events, end: undefined }, id, undefined);
    return { view, events, end: fields === undefined ? undefined : end };
  }

  #stateAt({ view, events, end }: Life, id: string, point: Point | undefined): PastState {
    const until = point === undefined ? events : events.slice(0, countUpTo(events, point));
    const last = until.at(-1);
    const sequence = last === undefined ? 0n : sequenceOf(last);
    if (end !== undefined && isReached(end, point)) return { fields: undefined, sequence, last: end };
    const documents = new FoldedDocuments(view.projections);
    for (const event of until) documents.take(event);
    const now = point === undefined ? this.clock() : 'time' in point ? point.time : last && timeOf(last);
    const fields = now === undefined ? undefined : view.fields(documents, id, now);
    return { fields, sequence, last };
  }

  async #point(field: string, text: string, events: readonly DecodedEvent[]): Promise<Point | undefined> {
    if (text === '') return undefined;
    const point = anyPointOf(text);
    if (point === undefined) throw ContractError.invalidField(field, `must be ${POINT_FORMS}, or sequence:3`);
    const newest = (events.at(-1)?.revision ?? -1n) + 1n;
    if ('sequence' in point && (point.sequence < 1n || point.sequence > newest)) {
      throw ContractError.invalidField(field, `must be a sequence from 1 to ${newest}`);
    }
    await this.points.check(point, field);
    return point;
  }
}

function seesOwn({ organization }: PastReader, { meta }: DecodedEvent): boolean {
  return meta.resourceOwner === organization;
}

/** Whether a point lies at or behind the end of an aggregate. Its sequences lie before. */
function isReached(end: DecodedEvent, point: Point | undefined): boolean {
  return point === undefined || (!('sequence' in point) && countUpTo([end], point) > 0);
}

function sequenceOf({ revision }: DecodedEvent): bigint {
  return revision + 1n;
}

function timeOf({ meta }: DecodedEvent): number {
  return Date.parse(meta.occurredAt);
}

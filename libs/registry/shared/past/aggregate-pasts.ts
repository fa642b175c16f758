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
    const { view, events } = await this.#read(place, viewer);
    const shown = events.filter(({ type }) => this.publicEvents.nameOf(type) !== undefined);
    const page = (ascending ? shown : shown.toReversed()).slice(offset, offset + limit);
    const wanted = new Set(page);
    const entries = new Map<DecodedEvent, HistoryEntry>();
    const documents = new FoldedDocuments(view.projections);
    let known: KnownFields | undefined;
    for (const event of events) {
      if (!wanted.has(event)) {
        documents.take(event);
        known = undefined;
        continue;
      }
      const at = timeOf(event);
      const isKnown = known !== undefined && known.from <= at && at < known.until;
      const before = isKnown ? known?.fields : view.fields(documents, place.id, at);
      documents.take(event);
      const after = view.fields(documents, place.id, at);
      entries.set(event, { event, fields: fieldChanges(before, after) });
      const until = view.changesByItself?.(documents, place.id, at) ?? Number.POSITIVE_INFINITY;
      known = { fields: after, from: at, until };
    }
    const last = events.at(-1);
    return {
      documents: page.flatMap((event) => entries.get(event) ?? []),
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
    const { view, events } = await this.#read(place, viewer);
    return this.#stateAt(view, place.id, events, await this.#point('at', at, events));
  }

  /** Compares an aggregate at two points. @throws ContractError like {@link state} */
  async diff(place: AggregatePlace, viewer: PastViewer, { from, to }: PointPair): Promise<PastDiff> {
    const { view, events } = await this.#read(place, viewer);
    const [one, other] = [await this.#point('from', from, events), await this.#point('to', to, events)];
    const before = this.#stateAt(view, place.id, events, one);
    const after = this.#stateAt(view, place.id, events, other);
    return { before, after, fields: fieldChanges(before.fields, after.fields) };
  }

  async #read({ aggregateType, id }: AggregatePlace, viewer: PastViewer) {
    const view = this.views.find((one) => one.aggregateType === aggregateType);
    if (view === undefined) throw new Error(`no feature has a view of ${aggregateType}`);
    const events = await this.streams.upTo(view.stream(id));
    const [first] = events;
    const isShown = events.some(({ type }) => this.publicEvents.nameOf(type) !== undefined);
    if (first === undefined || !isShown) throw view.missing();
    const { isSeenBy = seesOwn } = view;
    if (viewer !== 'operator' && !isSeenBy(viewer, first)) throw view.missing();
    return { view, events };
  }

  #stateAt(view: AggregateView, id: string, events: readonly DecodedEvent[], point: Point | undefined): PastState {
    const until = point === undefined ? events : events.slice(0, countUpTo(events, point));
    const documents = new FoldedDocuments(view.projections);
    for (const event of until) documents.take(event);
    const last = until.at(-1);
    const now = point === undefined ? this.clock() : 'time' in point ? point.time : last && timeOf(last);
    const fields = now === undefined ? undefined : view.fields(documents, id, now);
    return { fields, sequence: last === undefined ? 0n : last.revision + 1n, last };
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

function timeOf({ meta }: DecodedEvent): number {
  return Date.parse(meta.occurredAt);
}

import { setTimeout as delay } from 'node:timers/promises';
import {
  binaryEvent,
  type EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import { Empty, filteredRead, outcomeOf, type WireClients } from './gateway-wire.js';
import type { Sequence } from './recordings.js';

interface RecordedFilter {
  readonly of: 'stream' | 'type';
  readonly prefixes?: readonly string[];
  readonly regex?: string;
}

interface AppendStep {
  readonly op: 'append';
  readonly stream: string;
  readonly types: readonly string[];
}

interface LinkStep {
  readonly op: 'link';
  readonly stream: string;
  readonly to: string;
}

/** An operation on filters, checkpoints or links, as the recordings hold it. */
export type SubscriptionStep =
  | AppendStep
  | LinkStep
  | {
      readonly op: 'read';
      readonly direction: 'forwards' | 'backwards';
      readonly filter: RecordedFilter;
      readonly resolve: boolean;
      readonly prefix: string;
    }
  | {
      readonly op: 'subscribe';
      readonly filter: RecordedFilter;
      /** Appended once the subscription is live; some of these events match. */
      readonly live: readonly AppendStep[];
      /** Appended after those; none of these events matches. */
      readonly beside: readonly AppendStep[];
      readonly prefix: string;
    }
  | { readonly op: 'readLinks'; readonly stream: string; readonly resolve: boolean }
  | { readonly op: 'linkPositions'; readonly stream: string; readonly to: string }
  | { readonly op: 'followLinks'; readonly stream: string; readonly append: LinkStep };

/** The clients of a gateway: the official one, and the generated ones for what it does not offer. */
export interface Speakers {
  readonly client: EventStoreDBClient;
  readonly wire: WireClients;
}

/** How long to wait for a checkpoint or an event before it counts as missing. */
const PATIENCE_MS = 10_000;
const POLL_MS = 20;

/** A subscription that has emitted nothing for this long is complete. */
const QUIET_MS = 300;

const WINDOW = 32;

/**
 * Runs the steps one after another. Only events of streams whose names start with the sequence's prefix are returned.
 */
export async function answersToSubscriptions(
  speakers: Speakers,
  { steps }: Sequence<SubscriptionStep>,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const [step] of steps) answers.push(await answerTo(speakers, step));
  return answers;
}

async function answerTo(speakers: Speakers, step: SubscriptionStep): Promise<unknown> {
  const { client } = speakers;
  switch (step.op) {
    case 'append':
    case 'link':
      return append(client, step);
    case 'read':
      return readFiltered(speakers, step);
    case 'subscribe':
      return subscribe(client, step);
    case 'readLinks':
      return readLinks(client, step);
    case 'linkPositions':
      return linkPositions(client, step);
    case 'followLinks':
      return followLinks(client, step);
  }
}

async function append(client: EventStoreDBClient, step: AppendStep | LinkStep): Promise<null> {
  const events =
    step.op === 'link'
      ? [binaryEvent({ type: '$>', data: Buffer.from(step.to) })]
      : step.types.map((type, n) => jsonEvent({ type, data: { n } }));
  await client.appendToStream(step.stream, events);
  return null;
}

interface Place {
  readonly streamId: string;
  readonly revision: number | bigint;
}

function shown(event: Place | undefined, link: Place | undefined): string {
  const by = link === undefined ? '' : `<${link.streamId}#${link.revision}`;
  return event === undefined ? `null${by}` : `${event.streamId}#${event.revision}${by}`;
}

interface WirePlace {
  readonly streamIdentifier: { readonly streamName: string };
  readonly streamRevision: string;
}

async function readFiltered({ wire }: Speakers, step: Extract<SubscriptionStep, { op: 'read' }>) {
  const request = filteredRead(step.filter.of, step.filter);
  const options = request.getOptions();
  options?.setResolveLinks(step.resolve);
  if (step.direction === 'backwards') {
    options?.setReadDirection(1);
    options?.getAll()?.setEnd(new Empty());
  }
  const { messages, code } = await outcomeOf(wire.streams.read(request));
  const places = messages.map((message) => {
    const { event, link } = message.event as { readonly event?: WirePlace; readonly link?: WirePlace };
    return [wirePlace(event), wirePlace(link)] as const;
  });
  const own = places.filter(([event, link]) => isOwn(step.prefix, link ?? event));
  return { events: own.map(([event, link]) => shown(event, link)), ...(code !== 0 && { code }) };
}

function wirePlace(place: WirePlace | undefined): Place | undefined {
  if (place === undefined) return undefined;
  const { streamIdentifier, streamRevision } = place;
  return {
    streamId: Buffer.from(streamIdentifier.streamName, 'base64').toString(),
    revision: Number(streamRevision),
  };
}

function isOwn(prefix: string, place: Place | undefined): boolean {
  return place !== undefined && (place.streamId.startsWith(prefix) || place.streamId.startsWith(`$$${prefix}`));
}

async function subscribe(client: EventStoreDBClient, step: Extract<SubscriptionStep, { op: 'subscribe' }>) {
  const events: string[] = [];
  let checkpoints = 0;
  const filter = clientFilter(step.filter, async () => {
    checkpoints += 1;
  });
  const subscription = client.subscribeToAll({ filter, fromPosition: 'start' });
  subscription.on('data', ({ event, link }) => {
    if (isOwn(step.prefix, link ?? event)) events.push(shown(event, link));
  });
  const moreCheckpoints = async (than: number) => {
    const came = await until(() => checkpoints > than);
    await quiet(() => checkpoints + events.length);
    return came;
  };
  const behind = await moreCheckpoints(0);
  const caught = checkpoints;
  for (const each of step.live) await append(client, each);
  const live = await moreCheckpoints(caught);
  const followed = checkpoints;
  for (const each of step.beside) await append(client, each);
  const beside = await moreCheckpoints(followed);
  await subscription.unsubscribe();
  return { events, checkpoints: { behind, live, beside } };
}

function clientFilter({ of, prefixes, regex }: RecordedFilter, checkpointReached: () => Promise<void>) {
  const common = { maxSearchWindow: WINDOW, checkpointInterval: 1, checkpointReached };
  const filterBy = of === 'stream' ? streamNameFilter : eventTypeFilter;
  if (regex !== undefined) return filterBy({ ...common, regex });
  return filterBy({ ...common, prefixes: [...(prefixes ?? [])] });
}

async function readLinks(
  client: EventStoreDBClient,
  { stream, resolve }: Extract<SubscriptionStep, { op: 'readLinks' }>,
) {
  const links: unknown[] = [];
  for await (const { event, link, commitPosition } of client.readStream(stream, { resolveLinkTos: resolve })) {
    links.push({
      shown: event === undefined ? null : shown(event, link),
      link: link === undefined ? null : shown(link, undefined),
      position: commitPosition === undefined ? 'none' : 'some',
    });
  }
  return links;
}

/** Whether a resolved event has its own position, and its link has one too. */
async function linkPositions(
  client: EventStoreDBClient,
  { stream, to }: Extract<SubscriptionStep, { op: 'linkPositions' }>,
) {
  let original: bigint | undefined;
  let answer: { readonly own: boolean; readonly linkHasOne: boolean } | undefined;
  for await (const { event } of client.readStream(to, { maxCount: 1 })) original = positionOf(event);
  for await (const { event, link } of client.readStream(stream, { resolveLinkTos: true })) {
    if (event?.streamId !== to) continue;
    answer ??= { own: positionOf(event) === original, linkHasOne: positionOf(link) !== undefined };
  }
  return answer;
}

/** The client's type lacks the position of events read from a stream. */
function positionOf(event: object | undefined): bigint | undefined {
  return (event as { readonly position?: { readonly commit: bigint } } | undefined)?.position?.commit;
}

async function followLinks(client: EventStoreDBClient, step: Extract<SubscriptionStep, { op: 'followLinks' }>) {
  const events: string[] = [];
  const subscription = client.subscribeToStream(step.stream, { fromRevision: 'start', resolveLinkTos: true });
  subscription.on('data', ({ event, link }) => events.push(shown(event, link)));
  await quiet(() => events.length);
  const before = events.length;
  await append(client, step.append);
  await until(() => events.length > before);
  await quiet(() => events.length);
  await subscription.unsubscribe();
  return { events };
}

async function until(holds: () => boolean): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS;
  while (!holds() && Date.now() < end) await delay(POLL_MS);
  return holds();
}

/** Waits until a count has stopped changing. */
async function quiet(count: () => number): Promise<void> {
  let before = -1;
  while (before !== count()) {
    before = count();
    await delay(QUIET_MS);
  }
}

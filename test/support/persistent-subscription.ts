import { once } from 'node:events';
import {
  EventStoreDBClient,
  jsonEvent,
  type PersistentSubscriptionToStream,
  type RecordedEvent,
  StreamNotFoundError,
} from '@eventstore/db-client';

/** Clients that are disposed of after the spec file; an open client keeps jest from exiting. */
const opened: EventStoreDBClient[] = [];

/** Creates an unmodified client of EventStoreDB. */
export function client(connectionString: string): EventStoreDBClient {
  const made = EventStoreDBClient.connectionString(connectionString);
  opened.push(made);
  return made;
}

if (typeof afterAll === 'function') {
  afterAll(() => Promise.all(opened.splice(0).map((one) => one.dispose())));
}

/** Appends a number of events with data `{ n }`, counted from `from`. */
export async function appendNumbered(to: EventStoreDBClient, stream: string, count: number, from = 0): Promise<void> {
  const events = Array.from({ length: count }, (_, index) =>
    jsonEvent({ type: 'Numbered', data: { n: from + index } }),
  );
  await to.appendToStream(stream, events);
}

type Subscription = Pick<PersistentSubscriptionToStream<never>, 'ack' | 'nack' | 'unsubscribe'> & NodeJS.ReadableStream;
type Delivered = Parameters<Subscription['ack']>[0] & { readonly retryCount: number };

/** A subscriber of a group. Its events are queued until the test takes them. */
export class Consumer {
  readonly #arrived: Delivered[] = [];
  readonly #waiting: ((event: Delivered) => void)[] = [];
  /** Resolves to the error that ended the subscription. */
  readonly ended: Promise<Error>;
  /** Resolves {@link ended} without an error of the subscription. */
  readonly end: () => void;

  private constructor(readonly subscription: Subscription) {
    let end: (error: Error) => void = () => {};
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
    this.end = () => end(new Error('the test is done'));
    subscription.on('error', end);
    subscription.on('data', (event: Delivered) => {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#arrived.push(event);
      else waiting(event);
    });
  }

  /** Resolves when the subscription is confirmed; rejects with its error if it is refused. */
  static async of(subscription: unknown): Promise<Consumer> {
    const consumer = new Consumer(subscription as Subscription);
    await once(consumer.subscription, 'confirmation');
    return consumer;
  }

  /** Number of events in the queue. */
  get arrived(): number {
    return this.#arrived.length;
  }

  /** The next event, now or when it arrives. */
  next(): Promise<Delivered> {
    const arrived = this.#arrived.shift();
    return arrived === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(arrived);
  }

  /** The next `count` events. */
  async take(count: number): Promise<Delivered[]> {
    const events: Delivered[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  ack(...events: Delivered[]): Promise<void> {
    return this.subscription.ack(...events);
  }

  nack(action: 'park' | 'retry' | 'skip' | 'stop', ...events: Delivered[]): Promise<void> {
    return this.subscription.nack(action, 'because', ...events);
  }

  leave(): Promise<void> {
    return this.subscription.unsubscribe();
  }
}

/** The number of an event that {@link appendNumbered} wrote, with a star for each retry. */
export function shown({ event, retryCount }: Delivered): string {
  return `${(event?.data as { n?: unknown } | undefined)?.n}${'*'.repeat(retryCount)}`;
}

/** The parked messages of the group `group` on a stream. */
export async function parkedIn(store: EventStoreDBClient, stream: string) {
  const parked: RecordedEvent[] = [];
  try {
    for await (const { event } of store.readStream(`$persistentsubscription-${stream}::group-parked`)) {
      if (event !== undefined) parked.push(event);
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return parked;
}

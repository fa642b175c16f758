import type { Readable } from 'node:stream';
import type {
  AllStreamResolvedEvent,
  AllStreamSubscription,
  ResolvedEvent,
  StreamingRead,
} from '@eventstore/db-client';
import { within } from './deadline.js';

/** A read or a subscription of the driver. */
export type DriverStream = StreamingRead<ResolvedEvent> | StreamingRead<AllStreamResolvedEvent> | AllStreamSubscription;

/**
 * Takes events out of a stream of the driver when they are wanted. What is not taken stays in the stream's buffer,
 * which is bounded; when that is full nothing more is asked of the server (gRPC's flow control).
 */
export class EventPull {
  readonly #cancel: () => Promise<void>;
  readonly #stream: Readable;
  /** What the driver's stream is fed from: gRPC's own. */
  #source: Readable | undefined;
  #isLeft = false;
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;
  readonly #stirred = () => this.stir();

  /** @param left is called when the stream is left */
  constructor(
    driverStream: DriverStream,
    private readonly left: () => void,
  ) {
    this.#cancel = () => ('unsubscribe' in driverStream ? driverStream.unsubscribe() : driverStream.cancel());
    // It is one; the driver's types only declare its listeners too narrowly.
    const stream = driverStream as unknown as Readable;
    this.#stream = stream;
    stream.on('readable', this.#stirred);
    stream.on('end', () => {
      this.#ended = true;
      this.stir();
    });
    stream.once('pipe', (source: Readable) => {
      this.#source = source;
      if (this.#isLeft) source.resume();
    });
    // The listener stays for good: an error that comes after the stream was left must not end the process.
    stream.on('error', (error: Error) => this.fail(error));
  }

  /** Everything has been taken and nothing more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Everything that has arrived has been taken. */
  get drained(): boolean {
    return this.#stream.readableLength === 0;
  }

  /** Up to so many of the events that are here. */
  take(maxEvents: number): (ResolvedEvent | AllStreamResolvedEvent)[] {
    const events: ResolvedEvent[] = [];
    while (events.length < maxEvents) {
      const event: ResolvedEvent | null = this.#stream.read();
      if (event === null) break;
      events.push(event);
    }
    return events;
  }

  /**
   * Waits until there is something new: events, the end, or a call of {@link stir}. Call it in the same turn in which
   * {@link take} found nothing.
   *
   * @param deadlineMs default: as long as it takes
   * @throws Error the stream has failed; CallTimeoutError the time is over
   */
  async changed(deadlineMs?: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) return;
    const change = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await (deadlineMs === undefined ? change : within(change, deadlineMs));
    if (this.#failure !== undefined && this.drained) throw this.#failure;
  }

  /** Ends the waiting with an error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.stir();
  }

  /** Wakes whoever waits. */
  stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Ends the stream on both sides; does nothing when it has been left. */
  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.left();
    this.#stream.off('readable', this.#stirred);
    this.#cancel().catch(() => undefined); // It never began.
    this.#stream.destroy();
    this.#source?.resume(); // The driver remembers it until it has been read to its end.
  }
}

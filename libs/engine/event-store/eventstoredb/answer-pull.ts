import type { ClientReadableStream } from '@grpc/grpc-js';
import { within } from './deadline.js';
import type { ReadAnswer } from './wire/read-answer.js';

/**
 * Takes the answers of a Read on demand. Other answers stay in the stream's buffer, which is bounded: when it is full,
 * gRPC's flow control stops the server.
 */
export class AnswerPull {
  #isLeft = false;
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;
  readonly #stirred = () => this.stir();

  /** @param left is called when the read ends by {@link leave} */
  constructor(
    private readonly call: ClientReadableStream<ReadAnswer>,
    private readonly left: () => void,
  ) {
    call.on('readable', this.#stirred);
    call.on('end', () => {
      this.#ended = true;
      this.stir();
    });
    // The listener is never removed: an error that arrives after leave() must not end the process.
    call.on('error', (error: Error) => this.fail(error));
  }

  /** Everything has been taken and nothing more will arrive. False after a failure, which {@link changed} throws. */
  get ended(): boolean {
    return this.#ended && this.#failure === undefined;
  }

  /** Everything that has arrived has been taken. */
  get drained(): boolean {
    return this.#isLeft || this.call.readableLength === 0;
  }

  /** Takes up to `most` of the answers that have arrived. */
  take(most: number): ReadAnswer[] {
    const answers: ReadAnswer[] = [];
    while (answers.length < most && !this.#isLeft) {
      const answer: ReadAnswer | null = this.call.read();
      if (answer === null) break;
      answers.push(answer);
    }
    return answers;
  }

  /**
   * Waits for new answers, for the end, or for a call of {@link stir}. Call it in the same turn of the event loop in which
   * {@link take} found nothing.
   *
   * @param deadlineMs default: no timeout
   * @throws Error the call has failed; CallTimeoutError the timeout has passed
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

  /** Ends the wait with an error. Ignored after {@link leave}. */
  fail(error: Error): void {
    if (!this.#isLeft) this.#failure ??= error;
    this.stir();
  }

  /** Ends the wait of {@link changed}. */
  stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Ends the call. A second call has no effect. */
  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.left();
    this.call.off('readable', this.#stirred);
    this.call.cancel();
    this.call.resume(); // Answers that have arrived are dropped, so that the call can end.
    this.#ended = true;
    this.stir();
  }
}

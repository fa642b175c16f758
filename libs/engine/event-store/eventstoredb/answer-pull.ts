import type { ClientReadableStream } from '@grpc/grpc-js';
import { within } from './deadline.js';
import type { ReadAnswer } from './wire/read-answer.js';

/**
 * Takes the answers to a Read when they are wanted. What is not taken stays in the stream's buffer, which is bounded;
 * when that is full nothing more is asked of the server (gRPC's flow control).
 */
export class AnswerPull {
  #isLeft = false;
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;
  readonly #stirred = () => this.stir();

  /** @param left is called when the read is left */
  constructor(
    private readonly call: ClientReadableStream<ReadAnswer>,
    private readonly left: () => void,
  ) {
    call.on('readable', this.#stirred);
    call.on('end', () => {
      this.#ended = true;
      this.stir();
    });
    // The listener stays for good: an error that comes after the read was left must not end the process.
    call.on('error', (error: Error) => this.fail(error));
  }

  /** Everything has been taken and nothing more will come. One that has failed has not ended: {@link changed} says why. */
  get ended(): boolean {
    return this.#ended && this.#failure === undefined;
  }

  /** Nothing more that has arrived can be taken. */
  get drained(): boolean {
    return this.#isLeft || this.call.readableLength === 0;
  }

  /** Up to so many of the answers that are here. */
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
   * Waits until there is something new: answers, the end, or a call of {@link stir}. Call it in the same turn in which
   * {@link take} found nothing.
   *
   * @param deadlineMs default: as long as it takes
   * @throws Error the call has failed; CallTimeoutError the time is over
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

  /** Ends the waiting with an error; what becomes of a read that has been left concerns nobody. */
  fail(error: Error): void {
    if (!this.#isLeft) this.#failure ??= error;
    this.stir();
  }

  /** Ends the wait of {@link changed}. */
  stir(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Ends the call; does nothing when it has been left. */
  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.left();
    this.call.off('readable', this.#stirred);
    this.call.cancel();
    this.call.resume(); // What has come is dropped, so that the call can end.
    this.#ended = true;
    this.stir();
  }
}

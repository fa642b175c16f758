import type { ServerWritableStream } from '@grpc/grpc-js';

/** The answers of a call that is read: written no faster than the client takes them. */
export class Answers {
  #ended = false;
  #resume: (() => void) | undefined;

  constructor(private readonly call: ServerWritableStream<unknown, Buffer>) {
    const end = () => {
      this.#ended = true;
      this.#resume?.();
    };
    call.on('cancelled', end);
    call.on('close', end);
    call.on('drain', () => this.#resume?.());
  }

  /** The client has gone, or the call has ended otherwise: nobody reads what would be written. */
  get ended(): boolean {
    return this.#ended || this.call.cancelled;
  }

  /** Calls the listener when the call has ended. */
  onEnded(listener: () => void): void {
    this.call.on('cancelled', listener);
    this.call.on('close', listener);
  }

  /** Writes an answer; await what it returns, if it returns anything, before the next one. */
  write(message: Buffer): Promise<void> | undefined {
    if (this.ended || this.call.write(message)) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}

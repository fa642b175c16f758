import type { ServerWritableStream } from '@grpc/grpc-js';

/** The response side of a server-streaming call, with back-pressure. */
export class ResponseStream {
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

  /** The call has ended, or the client has cancelled it. */
  get ended(): boolean {
    return this.#ended || this.call.cancelled;
  }

  /** Calls the listener when the call ends. */
  onEnded(listener: () => void): void {
    this.call.on('cancelled', listener);
    this.call.on('close', listener);
  }

  /** Writes a response. Returns a promise when the client is slow: await it before the next write. */
  write(message: Buffer): Promise<void> | undefined {
    if (this.ended || this.call.write(message)) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}

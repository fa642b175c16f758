import type { GrpcCall } from '../grpc/grpc-call.js';

/** The response side of a server-streaming call, with back-pressure. */
export class ResponseStream {
  #resume: (() => void) | undefined;

  constructor(private readonly call: GrpcCall) {
    call.onDrain(() => {
      const resume = this.#resume;
      this.#resume = undefined;
      resume?.();
    });
  }

  /** The call has ended, or the client has cancelled it. */
  get ended(): boolean {
    return this.call.ended;
  }

  /** Calls the listener when the call ends. */
  onEnded(listener: () => void): void {
    this.call.onEnded(listener);
  }

  /** Writes a response. Returns a promise when the client is slow: await it before the next write. */
  write(message: Buffer): Promise<void> | undefined {
    this.call.write(message);
    if (!this.call.needsDrain) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}

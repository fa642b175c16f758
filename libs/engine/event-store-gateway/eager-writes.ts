import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** So many bytes of answers may be on their way into the connection before a call is told to wait. */
const MAX_BYTES_ON_THE_WAY = 65_536;

/**
 * Lets a call that streams answers write the next one before the last one has gone out. grpc-js hands answers to HTTP/2
 * one at a time, each a frame of its own; with several there at once Node packs them into frames of 16 KiB, which
 * doubles what a client can read. A client that does not read still stops the call: at {@link MAX_BYTES_ON_THE_WAY}.
 */
export const eagerWrites: ServerInterceptor = (method, call) =>
  method.responseStream ? new EagerCall(call) : new ServerInterceptingCall(call);

class EagerCall extends ServerInterceptingCall {
  #bytes = 0;
  #waiting: (() => void) | undefined;

  override sendMessage(message: unknown, written: () => void): void {
    const bytes = Buffer.isBuffer(message) ? message.length : MAX_BYTES_ON_THE_WAY;
    this.#bytes += bytes;
    super.sendMessage(message, () => {
      this.#bytes -= bytes;
      if (this.#bytes < MAX_BYTES_ON_THE_WAY) this.#goOn();
    });
    if (this.#bytes < MAX_BYTES_ON_THE_WAY) written();
    else this.#waiting = written;
  }

  #goOn(): void {
    const written = this.#waiting;
    this.#waiting = undefined;
    written?.();
  }
}

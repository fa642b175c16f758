import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { GrpcEnd } from './faults.js';

/** One proxied call: the client's stream and the server's stream, connected to each other. */
export class ProxiedCall {
  /** Is called with what the client sends; false: it is not forwarded. */
  onRequest: ((bytes: Buffer) => boolean) | undefined;
  /** Is called with the server's answer, or without bytes when the call ends without a message. Returns what to forward. */
  onAnswer: ((bytes: Buffer | undefined) => Buffer | undefined) | undefined;
  onClose: () => void = () => undefined;
  #trailers: IncomingHttpHeaders = {};
  #isClosed = false;

  constructor(
    private readonly client: ServerHttp2Stream,
    private readonly server: ClientHttp2Stream,
    whenAwake: (go: () => void) => void,
  ) {
    const step = (go: () => void) => () => whenAwake(() => this.#isClosed || go());
    client.on('data', (bytes: Buffer) => step(() => this.#request(bytes))());
    client.on(
      'end',
      step(() => server.end()),
    );
    server.on('response', (headers, flags) =>
      step(() => this.#respond(headers, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0))(),
    );
    server.on('data', (bytes: Buffer) => step(() => this.#answer(bytes))());
    server.on('trailers', (trailers) => {
      if (!this.#isClosed) this.#trailers = trailers;
    });
    server.on(
      'end',
      step(() => client.end()),
    );
    client.on('drain', () => server.resume());
    client.on('wantTrailers', () => client.sendTrailers(plain(this.#trailers)));
    for (const stream of [client, server]) stream.on('error', () => this.#close());
    client.on('close', () => this.#close());
    // A call that ends without an error is closed when its last bytes have reached the client.
    server.on('close', () => {
      if (server.rstCode !== constants.NGHTTP2_NO_ERROR || !server.readableEnded) step(() => this.#close())();
    });
  }

  /** Ends the call on both sides with an error for the client. */
  end({ code, text, trailers = {} }: GrpcEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const status = { 'grpc-status': `${code}`, 'grpc-message': encodeURIComponent(text), ...trailers };
    if (!this.client.headersSent) {
      this.client.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
    } else {
      this.#trailers = status;
      this.client.end();
    }
    this.server.close(constants.NGHTTP2_CANCEL);
    this.onClose();
  }

  /** Forwards nothing any more, without ending the call. */
  silence(): void {
    this.#isClosed = true;
    this.server.resume();
    this.onClose();
  }

  #request(bytes: Buffer): void {
    if (this.onRequest?.(bytes) === false || this.#isClosed) return;
    this.server.write(bytes);
  }

  #respond(headers: IncomingHttpHeaders, isLast: boolean): void {
    if (isLast) this.onAnswer?.(undefined);
    if (this.#isClosed) return;
    this.client.respond(plain(headers), isLast ? { endStream: true } : { waitForTrailers: true });
  }

  #answer(bytes: Buffer): void {
    const passed = this.onAnswer === undefined ? bytes : this.onAnswer(bytes);
    if (passed === undefined || this.#isClosed) return;
    if (!this.client.write(passed)) this.server.pause();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.client.close(constants.NGHTTP2_CANCEL);
    this.server.close(constants.NGHTTP2_CANCEL);
    this.onClose();
  }
}

/** The headers of a request without those of its connection. */
export function forwarded(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const { ':authority': _, ...others } = headers;
  return plain(others);
}

/** Headers without the date, which each server sets itself. */
function plain(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'date'));
}

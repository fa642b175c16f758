import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { percentEncoded } from '#libs/engine/kernel/grpc-wire.js';
import { GatewayError, gatewayErrorOf } from '../grpc-errors.js';
import { FrameReader, type ReceivedFrame } from './frame-reader.js';
import { timeoutOf } from './grpc-timeout.js';
import { ACCEPTED_ENCODINGS, decompressed } from './inflate.js';
import { ResponseFrames } from './response-frames.js';

/** The bytes that are collected before they are passed to HTTP/2: messages share its frames of 16 KiB. */
const MAX_COLLECTED_BYTES = 65_536;
/** The bytes that are not sent yet, above which the handler is asked to wait. */
const MAX_UNSENT_BYTES = 2 * MAX_COLLECTED_BYTES;

const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' } as const;
const ENCODING_HEADERS = { 'grpc-encoding': 'identity', 'grpc-accept-encoding': ACCEPTED_ENCODINGS } as const;
const SUCCESS = { 'grpc-status': '0', 'grpc-message': 'OK' } as const;

/** Receives the messages of a client. What it throws ends the call. */
export interface RequestListener {
  message(message: Buffer): void;
  /** The client has ended its side. Not called if the call has ended before. */
  end(): void;
}

/**
 * The server's side of a gRPC call on an HTTP/2 stream. The messages that are written in one turn of the event loop are
 * sent in one write.
 */
export class GrpcCall {
  readonly #incoming = new FrameReader();
  readonly #outgoing = new ResponseFrames();
  readonly #endListeners: (() => void)[] = [];
  #drainListener: (() => void) | undefined;
  #listener: RequestListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sending = 0;
  #flushes = false;
  #decompresses = false;
  #paused = false;
  #clientEnded = false;
  #ended = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
  ) {
    stream.on('error', () => {}); // its end is all that matters
    for (const event of ['aborted', 'close']) stream.once(event, () => this.#end());
  }

  get path(): string {
    return this.headers[':path'] ?? '';
  }

  /** The address that the client called; empty if it sent none. */
  get authority(): string {
    return this.headers[':authority'] ?? this.headers.host ?? '';
  }

  /** The address and port of the client. */
  get peer(): string {
    const { remoteAddress, remotePort } = this.stream.session?.socket ?? {};
    return remoteAddress === undefined ? 'unknown' : `${remoteAddress}:${remotePort}`;
  }

  /** The call was answered, or the client has cancelled it, or its deadline has passed. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Too much is written and not sent: wait for {@link onDrain} before the next write. */
  get needsDrain(): boolean {
    return !this.#ended && this.#outgoing.bytes + this.#sending >= MAX_UNSENT_BYTES;
  }

  /** Ends the call when the time that its client allows has passed. */
  watchDeadline(): void {
    try {
      const timeout = timeoutOf(this.headers['grpc-timeout']);
      if (timeout === undefined) return;
      this.#timer = setTimeout(() => {
        this.fail(new GatewayError(status.DEADLINE_EXCEEDED, 'Deadline exceeded'));
      }, timeout);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Calls the listener when the call ends, however it does. */
  onEnded(listener: () => void): void {
    this.#endListeners.push(listener);
  }

  /** Calls the listener, the only one, when more can be written. */
  onDrain(listener: () => void): void {
    this.#drainListener = listener;
  }

  /** Passes the messages of the client to the listener, those that have arrived and those that will. */
  receive(listener: RequestListener): void {
    if (this.#ended) return;
    this.#listener = listener;
    this.stream.on('data', (chunk: Buffer) => {
      if (this.#ended) return; // the rest is discarded
      this.#incoming.add(chunk);
      this.#deliver();
    });
    this.stream.once('end', () => {
      this.#clientEnded = true;
      this.#deliver();
    });
  }

  /** Receives no more messages until {@link resume}, but for those that have arrived. */
  pause(): void {
    if (this.#ended) return;
    this.#paused = true;
    this.stream.pause();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#decompresses) this.stream.resume();
  }

  /** Writes a message. Does nothing if the call has ended. */
  write(message: Buffer): void {
    if (this.#ended) return;
    this.#outgoing.add(message);
    if (this.#outgoing.bytes >= MAX_COLLECTED_BYTES) this.#flush();
    else if (!this.#flushes) {
      this.#flushes = true;
      process.nextTick(() => this.#flush());
    }
  }

  /** Ends the call with success. */
  end(): void {
    this.#sendStatus(SUCCESS);
  }

  /** Ends the call with an error, after what was written. Does nothing if the call has ended. */
  fail(error: unknown): void {
    const { code, details, trailers } = gatewayErrorOf(error);
    const message = percentEncoded(details);
    this.#sendStatus({ 'grpc-status': `${code}`, 'grpc-message': message, ...trailers });
  }

  #sendStatus(trailers: Readonly<Record<string, string>>): void {
    const { stream } = this;
    if (this.#ended || stream.destroyed || stream.closed) return;
    if (!stream.headersSent && this.#outgoing.bytes === 0) {
      stream.respond({ ...RESPONSE_HEADERS, ...trailers }, { endStream: true });
    } else {
      this.#respond();
      stream.once('wantTrailers', () => stream.sendTrailers(trailers));
      if (this.#outgoing.bytes > 0) stream.end(this.#outgoing.take());
      else stream.end();
    }
    this.#end();
  }

  #respond(): void {
    if (this.stream.headersSent) return;
    this.stream.respond({ ...RESPONSE_HEADERS, ...ENCODING_HEADERS }, { waitForTrailers: true });
  }

  #flush(): void {
    this.#flushes = false;
    if (this.#outgoing.bytes === 0) return;
    const frames = this.#outgoing.take();
    if (this.#ended || this.stream.destroyed || this.stream.closed) return;
    this.#respond();
    this.#sending += frames.length;
    this.stream.write(frames, () => {
      this.#sending -= frames.length;
      if (!this.needsDrain) this.#drainListener?.();
    });
  }

  #deliver(): void {
    if (this.#decompresses) return;
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
        if (frame.isCompressed) {
          void this.#decompress(frame.message);
          return;
        }
        this.#listener?.message(frame.message);
      }
      // A stream that the client has reset ends too.
      if (!this.#clientEnded || this.#ended || this.stream.aborted || this.stream.destroyed) return;
      if (this.#incoming.isWithinMessage) throw new GatewayError(status.INTERNAL, 'the request ends within a message');
      this.#listener?.end();
    } catch (error) {
      this.fail(error);
    }
  }

  #next(): ReceivedFrame | undefined {
    return this.#ended ? undefined : this.#incoming.next();
  }

  /** Holds the messages after a compressed one back until it is decompressed. */
  async #decompress(message: Buffer): Promise<void> {
    this.#decompresses = true;
    this.stream.pause();
    try {
      const whole = await decompressed(message, `${this.headers['grpc-encoding'] ?? 'identity'}`);
      if (!this.#ended) this.#listener?.message(whole);
    } catch (error) {
      this.fail(error);
    }
    this.#decompresses = false;
    if (!this.#paused || this.#ended) this.stream.resume();
    this.#deliver();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.stream.resume(); // the rest of the request is discarded; a paused stream would not close
    this.#drainListener?.();
    for (const listener of this.#endListeners) listener();
  }
}

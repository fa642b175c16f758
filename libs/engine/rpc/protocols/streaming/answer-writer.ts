import type { Readable, Writable } from 'node:stream';
import { CANCELLED, Code, OK, type Outcome } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import type { RequestRecord } from '../../access-log/request-record.js';
import type { HttpError } from '../../errors/http-error.js';
import type { Codec } from '../wire/codec.js';
import type { StreamWire } from './stream-wire.js';

/** Both directions of a request, in either version of HTTP. */
export interface Duplex {
  readonly incoming: Readable;
  readonly outgoing: Writable;
  /** Sends the headers. */
  begin(): void;
  /** Sets the trailers. Called at most once, before the body ends. */
  trailers(trailers: Readonly<Record<string, string>>): void;
  /** Aborts the answer immediately, even if it is incomplete. */
  cut(): void;
  /** Sends an error as a whole answer, before the headers are sent; undefined: the end of the stream reports it. */
  readonly refuse?: (error: HttpError) => void;
}

/** Timeouts of streamed answers, in milliseconds. */
export interface StreamTimes {
  /** How long a client may stop reading. Unread answers occupy memory. */
  readonly maxStallMs: number;
  /** Idle time before a heartbeat. */
  readonly heartbeatMs: number;
}

/** Heartbeats are more frequent than the idle timeouts of common proxies. */
export const usualTimes: StreamTimes = { maxStallMs: 30_000, heartbeatMs: 15_000 };

const tooSlow = ContractError.of(Code.RESOURCE_EXHAUSTED, 'the answer was not read for too long: connect again');

/** Writes the answers of a stream, no faster than the client reads them, and its status. */
export class AnswerWriter {
  #isBegun = false;
  #isEnded = false;
  #isStalled = false;
  #heartbeat: NodeJS.Timeout | undefined;
  /** The outcome of the stream; cancelled until it has ended, and if the client disconnects. */
  outcome: Outcome = CANCELLED;

  constructor(
    private readonly wire: StreamWire,
    private readonly duplex: Duplex,
    private readonly encode: Codec['encode'],
    private readonly record: RequestRecord | undefined,
    private readonly times: StreamTimes,
  ) {}

  /** Sends the headers, once. */
  begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.duplex.begin();
    const { heartbeat, opening } = this.wire;
    if (opening !== undefined) this.duplex.outgoing.write(opening);
    if (heartbeat !== undefined) this.#heartbeat = setInterval(() => this.#beat(heartbeat), this.times.heartbeatMs);
  }

  /** Sends an answer. Resolves when the next one can be sent. @throws ContractError the client has stopped reading */
  async write(answer: object, signal: AbortSignal): Promise<void> {
    if (this.#isEnded) return;
    this.#heartbeat?.refresh();
    const message = this.wire.message(this.encode(answer), answer);
    this.record?.wrote(message.length);
    if (this.duplex.outgoing.write(message)) return;
    this.#isStalled = true;
    await drained(this.duplex.outgoing, this.times.maxStallMs, signal);
    this.#isStalled = false;
  }

  /** Ends the stream. @param error undefined: it is complete */
  end(httpError?: HttpError): void {
    const error = httpError?.error;
    const { outgoing, incoming } = this.duplex;
    clearInterval(this.#heartbeat);
    if (this.#isEnded || outgoing.destroyed || outgoing.closed) return;
    this.#isEnded = true;
    this.outcome = error?.code ?? OK;
    incoming.resume(); // the rest of the request is discarded
    if (!this.#isBegun && httpError !== undefined && this.duplex.refuse !== undefined) {
      this.duplex.refuse(httpError);
      return;
    }
    this.begin();
    clearInterval(this.#heartbeat);
    if (this.#isStalled) {
      this.duplex.cut();
      return;
    }
    const { body, trailers } = this.wire.end(error);
    this.record?.wrote(body?.length ?? 0);
    if (trailers !== undefined) this.duplex.trailers(trailers);
    outgoing.end(body);
  }

  #beat(heartbeat: Buffer): void {
    if (this.#isStalled || this.#isEnded) return;
    this.record?.wrote(heartbeat.length);
    this.duplex.outgoing.write(heartbeat);
  }
}

/** Resolves when the client has read the sent data. @throws ContractError the client did not read it in time */
function drained(outgoing: Writable, maxStallMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer);
      outgoing.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      done();
    };
    const onDrain = () => settle(resolve);
    const onAbort = () => settle(() => reject(signal.reason));
    const timer = setTimeout(() => settle(() => reject(tooSlow)), maxStallMs);
    outgoing.once('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

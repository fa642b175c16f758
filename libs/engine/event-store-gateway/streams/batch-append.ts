import { status } from '@grpc/grpc-js';
import { MAX_APPEND_BYTES } from '#libs/engine/event-store/port/event-store.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { writeRefusal } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import type { CallHandler } from '../grpc/call-handler.js';
import type { GrpcCall } from '../grpc/grpc-call.js';
import { deadlineExceeded, invalidArgument, shuttingDown } from '../grpc-errors.js';
import { assertAppendable } from '../system-streams.js';
import { writeSuccess } from './append-responses.js';
import { batchAppendErrorOf, writeBatchAppendError } from './batch-append-errors.js';
import { decodeBatchAppendReq, PendingAppend } from './pending-append.js';

/** A call with more bytes than this being written is paused until some of them are on disk. */
const MAX_BYTES_IN_PROGRESS = 4 * MAX_APPEND_BYTES;

/** Maximum number of incomplete appends per call. Clients complete one before they begin the next. */
const MAX_PENDING_APPENDS = 64;

/** Added to the size of every append, so that the number of small ones is limited too. */
const APPEND_OVERHEAD_BYTES = 512;

/**
 * Handles BatchAppend: a call carries many appends, each in one or more messages, and each is answered when it is on
 * disk or has failed. An append is not written if its final message does not arrive, or arrives after its deadline.
 */
export function batchAppendHandler(context: GatewayContext): CallHandler {
  return (call) => {
    const refusal = writeRefusal(context.access, call.headers);
    if (refusal?.code === status.UNAUTHENTICATED) throw refusal;
    new BatchAppend(call, context, refusal).start();
  };
}

class BatchAppend {
  readonly #pending = new Map<string, PendingAppend>();
  #bytesInProgress = 0;
  #appendsInProgress = 0;
  /** The client has ended its side. */
  #clientEnded = false;
  /** The gateway is shutting down. */
  #closing = false;

  constructor(
    private readonly call: GrpcCall,
    private readonly context: GatewayContext,
    private readonly refusal: Error | undefined,
  ) {}

  start(): void {
    const { call } = this;
    const forget = this.context.notifier.onClose(() => {
      this.#closing = true;
      this.#endWhenAnswered();
    });
    call.onEnded(() => {
      forget();
      this.#pending.clear();
    });
    call.onDrain(() => this.#resumeReading());
    call.receive({
      message: (message) => {
        if (!this.#closing) this.#receive(message);
      },
      end: () => {
        this.#clientEnded = true;
        this.#endWhenAnswered();
      },
    });
  }

  #receive(message: Buffer): void {
    const now = Date.now();
    const part = decodeBatchAppendReq(message);
    const key = part.correlationId.toString('latin1');
    const begun = this.#pending.get(key);
    // The remainder of an append that was already answered because its deadline had passed.
    if (begun === undefined && part.options === undefined) return;
    const append = begun ?? new PendingAppend(part.correlationId);
    append.add(part, now);
    if (part.isFinal || append.deadline <= now) {
      this.#pending.delete(key);
      void this.#append(append);
    } else if (begun === undefined && this.#pending.size >= MAX_PENDING_APPENDS) {
      throw invalidArgument(`a call can have at most ${MAX_PENDING_APPENDS} incomplete appends`);
    } else this.#pending.set(key, append);
  }

  async #append(append: PendingAppend): Promise<void> {
    const { events, bytes } = append.proposed;
    const cost = bytes + APPEND_OVERHEAD_BYTES;
    this.#appendsInProgress += 1;
    this.#bytesInProgress += cost;
    if (this.#bytesInProgress > MAX_BYTES_IN_PROGRESS) this.call.pause();
    try {
      if (this.refusal !== undefined) throw this.refusal;
      const { stream, expected } = append.target();
      assertAppendable(this.context.access, stream);
      if (append.deadline <= Date.now()) throw deadlineExceeded();
      const result = await this.context.log.append(stream, events, expected);
      this.#respond(append, () => writeSuccess(writer, 3, result));
    } catch (error) {
      this.#respond(append, () => writeBatchAppendError(writer, 2, batchAppendErrorOf(error)));
    }
    this.#appendsInProgress -= 1;
    this.#bytesInProgress -= cost;
    this.#resumeReading();
    this.#endWhenAnswered();
  }

  /** @param writeOutcome writes the success or error of the response */
  #respond({ correlationId, streamIdentifier }: PendingAppend, writeOutcome: () => void): void {
    if (this.call.ended) return;
    writer.bytes(4, streamIdentifier);
    writeOutcome();
    writer.bytes(1, correlationId);
    this.call.write(writer.finish());
    // A client that does not read responses is not read from.
    if (this.call.needsDrain) this.call.pause();
  }

  #resumeReading(): void {
    if (this.#bytesInProgress <= MAX_BYTES_IN_PROGRESS && !this.call.needsDrain) this.call.resume();
  }

  #endWhenAnswered(): void {
    if (this.#appendsInProgress > 0) return;
    if (this.#clientEnded) this.call.end();
    else if (this.#closing) this.call.fail(shuttingDown());
  }
}

const writer = new ProtobufWriter();

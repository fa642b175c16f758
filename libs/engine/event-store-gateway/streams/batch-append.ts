import type { ServerDuplexStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { MAX_APPEND_BYTES } from '#libs/engine/event-store/port/event-store.js';
import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { writeRefusal } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { deadlineExceeded, gatewayErrorOf, invalidArgument, shuttingDown } from '../grpc-errors.js';
import { assertAppendable } from '../system-streams.js';
import { writeSuccess } from './append-answers.js';
import { streamedErrorOf, writeStreamedError } from './batch-append-errors.js';
import { decodePart, UnfinishedAppend } from './unfinished-append.js';

/** A call that has so many bytes on their way to the disk is not read further until some have arrived. */
const MAX_BYTES_UNDER_WAY = 4 * MAX_APPEND_BYTES;

/** Appends that a call has begun and not ended; a client ends one before it begins the next. */
const MAX_UNFINISHED_APPENDS = 64;

/** Bytes that an append without any counts as, so that many small ones are bounded too. */
const APPEND_OVERHEAD_BYTES = 512;

type BatchAppendCall = ServerDuplexStream<Buffer, Buffer>;

/**
 * BatchAppend: appends come one after another in one call, each in one message or several, and are answered as they
 * reach the disk; a refused one is answered in the stream, which goes on. Nothing is written of an append whose last
 * message has not come, or has come after its deadline.
 */
export function batchAppendHandler(context: GatewayContext) {
  return (call: BatchAppendCall): void => {
    const refusal = writeRefusal(context.access, call.metadata);
    if (refusal?.code === status.UNAUTHENTICATED) call.emit('error', refusal);
    else new BatchAppend(call, context, refusal).start();
  };
}

class BatchAppend {
  readonly #unfinished = new Map<string, UnfinishedAppend>();
  #bytesUnderWay = 0;
  #appendsUnderWay = 0;
  /** The client sends no more. */
  #ended = false;
  /** The gateway takes no more. */
  #closing = false;

  constructor(
    private readonly call: BatchAppendCall,
    private readonly context: GatewayContext,
    private readonly refusal: Error | undefined,
  ) {}

  start(): void {
    const { call } = this;
    const forget = this.context.hub.onClose(() => {
      this.#closing = true;
      this.#endWhenAnswered();
    });
    call.on('close', forget);
    call.on('data', (message: Buffer) => {
      if (this.#closing) return;
      try {
        this.#take(message);
      } catch (error) {
        this.#fail(error);
      }
    });
    call.on('drain', () => this.#readOn());
    call.on('end', () => {
      this.#ended = true;
      this.#endWhenAnswered();
    });
    call.on('cancelled', () => {
      forget();
      this.#unfinished.clear();
    });
  }

  /** Ends the call: what comes after a message that cannot be understood cannot be either. */
  #fail(error: unknown): void {
    this.#unfinished.clear();
    this.call.removeAllListeners('data').resume();
    this.call.emit('error', gatewayErrorOf(error));
  }

  #take(message: Buffer): void {
    const now = Date.now();
    const part = decodePart(message);
    const key = part.correlationId.toString('latin1');
    const begun = this.#unfinished.get(key);
    // The rest of an append that has been answered already: its deadline passed.
    if (begun === undefined && part.options === undefined) return;
    const append = begun ?? new UnfinishedAppend(part.correlationId);
    append.add(part, now);
    if (part.isFinal || append.deadline <= now) {
      this.#unfinished.delete(key);
      void this.#append(append);
    } else if (begun === undefined && this.#unfinished.size >= MAX_UNFINISHED_APPENDS) {
      throw invalidArgument(`at most ${MAX_UNFINISHED_APPENDS} appends of a call can be unfinished`);
    } else this.#unfinished.set(key, append);
  }

  async #append(append: UnfinishedAppend): Promise<void> {
    const { events, bytes } = append.incoming;
    const cost = bytes + APPEND_OVERHEAD_BYTES;
    this.#appendsUnderWay += 1;
    this.#bytesUnderWay += cost;
    if (this.#bytesUnderWay > MAX_BYTES_UNDER_WAY) this.call.pause();
    try {
      if (this.refusal !== undefined) throw this.refusal;
      const { stream, expected } = append.target();
      assertAppendable(this.context.access, stream);
      if (append.deadline <= Date.now()) throw deadlineExceeded();
      const result = await this.context.log.append(stream, events, expected);
      this.#answer(append, () => writeSuccess(writer, 3, result));
    } catch (error) {
      this.#answer(append, () => writeStreamedError(writer, 2, streamedErrorOf(error)));
    }
    this.#appendsUnderWay -= 1;
    this.#bytesUnderWay -= cost;
    this.#readOn();
    this.#endWhenAnswered();
  }

  /** @param writeOutcome writes the answer's success or error */
  #answer({ correlationId, streamIdentifier }: UnfinishedAppend, writeOutcome: () => void): void {
    if (this.call.cancelled || this.call.destroyed) return;
    writer.bytes(4, streamIdentifier);
    writeOutcome();
    writer.bytes(1, correlationId);
    // A client that does not read its answers is not read from either.
    if (!this.call.write(writer.finish())) this.call.pause();
  }

  #readOn(): void {
    if (this.#bytesUnderWay <= MAX_BYTES_UNDER_WAY && !this.call.writableNeedDrain) this.call.resume();
  }

  #endWhenAnswered(): void {
    if (this.#appendsUnderWay > 0 || this.call.cancelled) return;
    if (this.#ended) this.call.end();
    else if (this.#closing) this.#fail(shuttingDown());
  }
}

const writer = new ProtobufWriter();

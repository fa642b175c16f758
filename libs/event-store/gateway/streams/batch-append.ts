import type { ServerDuplexStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { EventBytes } from '../../embedded/record.js';
import { AppendTooLargeError } from '../../port/event-store.errors.js';
import { MAX_APPEND_BYTES } from '../../port/event-store.js';
import { writeRefusal } from '../access.js';
import type { GatewayContext } from '../gateway-context.js';
import { gatewayErrorOf, invalidArgument } from '../grpc-errors.js';
import { ProtobufReader } from '../protobuf-reader.js';
import { ProtobufWriter } from '../protobuf-writer.js';
import { assertAppendable } from '../system-streams.js';
import { writeSuccess } from './append-answers.js';
import { decodeProposedMessage, decodeTarget, type WriteTarget } from './append-messages.js';
import { streamedErrorOf, writeStreamedError } from './batch-append-errors.js';

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
 * message has not come.
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
  #ended = false;

  constructor(
    private readonly call: BatchAppendCall,
    private readonly context: GatewayContext,
    private readonly refusal: Error | undefined,
  ) {}

  start(): void {
    const { call } = this;
    call.on('data', (message: Buffer) => {
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
    call.on('cancelled', () => this.#unfinished.clear());
  }

  /** Ends the call: what comes after a message that cannot be understood cannot be either. */
  #fail(error: unknown): void {
    this.#unfinished.clear();
    this.call.removeAllListeners('data').resume();
    this.call.emit('error', gatewayErrorOf(error));
  }

  #take(message: Buffer): void {
    const part = decodePart(message);
    const key = part.correlationId.toString('latin1');
    const append = this.#unfinished.get(key) ?? new UnfinishedAppend(part.correlationId);
    append.add(part);
    if (part.isFinal) {
      this.#unfinished.delete(key);
      void this.#append(append);
    } else if (this.#unfinished.size >= MAX_UNFINISHED_APPENDS && !this.#unfinished.has(key)) {
      throw invalidArgument(`at most ${MAX_UNFINISHED_APPENDS} appends of a call can be unfinished`);
    } else this.#unfinished.set(key, append);
  }

  async #append(append: UnfinishedAppend): Promise<void> {
    const bytes = append.bytes + APPEND_OVERHEAD_BYTES;
    this.#appendsUnderWay += 1;
    this.#bytesUnderWay += bytes;
    if (this.#bytesUnderWay > MAX_BYTES_UNDER_WAY) this.call.pause();
    try {
      if (this.refusal !== undefined) throw this.refusal;
      const { stream, expected } = append.target();
      assertAppendable(this.context.access, stream);
      const result = await this.context.log.append(stream, append.events, expected);
      this.#answer(append, () => writeSuccess(writer, 3, result));
    } catch (error) {
      this.#answer(append, () => writeStreamedError(writer, 2, streamedErrorOf(error)));
    }
    this.#appendsUnderWay -= 1;
    this.#bytesUnderWay -= bytes;
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
    if (this.#ended && this.#appendsUnderWay === 0 && !this.call.cancelled) this.call.end();
  }
}

/** One message of an append. Identifiers are kept as they came, for the answer repeats them. */
interface AppendPart {
  readonly correlationId: Buffer;
  readonly options: Buffer | undefined;
  readonly proposed: readonly Buffer[];
  readonly isFinal: boolean;
}

/** Reads BatchAppendReq. */
function decodePart(message: Buffer): AppendPart {
  const reader = new ProtobufReader(message);
  let correlationId = NOTHING;
  let options: Buffer | undefined;
  let isFinal = false;
  const proposed: Buffer[] = [];
  while (reader.next()) {
    if (reader.field === 1) correlationId = reader.bytes();
    else if (reader.field === 2) options = reader.bytes();
    else if (reader.field === 3) proposed.push(reader.bytes());
    else if (reader.field === 4) isFinal = reader.unsigned() !== 0n;
  }
  return { correlationId, options, proposed, isFinal };
}

/** An append whose messages are coming in. What makes it impossible is kept for its answer, and its events are not. */
class UnfinishedAppend {
  events: EventBytes[] = [];
  bytes = 0;
  streamIdentifier = NOTHING;
  #target: WriteTarget | undefined;
  #fault: unknown;

  constructor(readonly correlationId: Buffer) {}

  add({ options, proposed }: AppendPart): void {
    try {
      if (options !== undefined) {
        this.streamIdentifier = streamIdentifierOf(options);
        this.#target = decodeTarget(options);
      }
      if (this.#fault === undefined) for (const message of proposed) this.#addEvent(decodeProposedMessage(message));
    } catch (error) {
      this.#fault = error;
      this.events = [];
    }
  }

  /** @throws whatever is wrong with it */
  target(): WriteTarget {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#target === undefined) throw invalidArgument('the first message of an append must hold its options');
    return this.#target;
  }

  #addEvent(event: EventBytes): void {
    this.bytes += event.data.length + event.metadata.length;
    if (this.bytes > MAX_APPEND_BYTES) throw new AppendTooLargeError(this.bytes, MAX_APPEND_BYTES);
    this.events.push(event);
  }
}

function streamIdentifierOf(options: Buffer): Buffer {
  const reader = new ProtobufReader(options);
  while (reader.next()) if (reader.field === 1) return reader.bytes();
  return NOTHING;
}

const NOTHING: Buffer = Buffer.alloc(0);
const writer = new ProtobufWriter();

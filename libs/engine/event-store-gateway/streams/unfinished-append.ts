import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { decodeProposedMessage, decodeTarget, type WriteTarget } from './append-messages.js';
import { deadlineOf } from './batch-append-deadline.js';
import { IncomingEvents } from './incoming-events.js';

/** One message of an append. Identifiers are kept as they came, for the answer repeats them. */
export interface AppendPart {
  readonly correlationId: Buffer;
  readonly options: Buffer | undefined;
  readonly proposed: readonly Buffer[];
  readonly isFinal: boolean;
}

/** Reads BatchAppendReq. */
export function decodePart(message: Buffer): AppendPart {
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
export class UnfinishedAppend {
  incoming = new IncomingEvents();
  streamIdentifier = NOTHING;
  /** When it is too late to write it, in milliseconds since 1970. */
  deadline = Number.POSITIVE_INFINITY;
  #target: WriteTarget | undefined;
  #fault: unknown;

  /** @param correlationId what its answer repeats */
  constructor(readonly correlationId: Buffer) {}

  /** @param now when the message came, in milliseconds since 1970 */
  add({ options, proposed }: AppendPart, now: number): void {
    try {
      if (options !== undefined) this.#addOptions(options, now);
      if (this.#fault === undefined) for (const message of proposed) this.incoming.add(decodeProposedMessage(message));
    } catch (error) {
      this.#fault = error;
      this.incoming = new IncomingEvents();
    }
  }

  /** @throws whatever is wrong with it */
  target(): WriteTarget {
    if (this.#fault !== undefined || this.#target === undefined) throw this.#fault;
    return this.#target;
  }

  #addOptions(options: Buffer, now: number): void {
    this.streamIdentifier = streamIdentifierOf(options);
    this.deadline = deadlineOf(options, now);
    this.#target = decodeTarget(options);
  }
}

function streamIdentifierOf(options: Buffer): Buffer {
  const reader = new ProtobufReader(options);
  while (reader.next()) if (reader.field === 1) return reader.bytes();
  return NOTHING;
}

const NOTHING: Buffer = Buffer.alloc(0);

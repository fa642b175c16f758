import { ProtobufReader } from '#libs/engine/event-store/protobuf/protobuf-reader.js';
import { decodeProposedMessage, decodeTarget, type WriteTarget } from './append-requests.js';
import { deadlineOf } from './batch-append-deadline.js';
import { ProposedEvents } from './proposed-events.js';

/** One BatchAppendReq. The identifiers stay encoded, because the response repeats them. */
export interface BatchAppendMessage {
  readonly correlationId: Buffer;
  readonly options: Buffer | undefined;
  readonly proposed: readonly Buffer[];
  readonly isFinal: boolean;
}

/** Decodes a BatchAppendReq. */
export function decodeBatchAppendReq(message: Buffer): BatchAppendMessage {
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

/**
 * An append of a batch call that is being received. If a message is not valid, its error is kept for the response, and
 * the events are released.
 */
export class PendingAppend {
  proposed = new ProposedEvents();
  streamIdentifier = NOTHING;
  /** Deadline for writing, in milliseconds since 1970. */
  deadline = Number.POSITIVE_INFINITY;
  #target: WriteTarget | undefined;
  #error: unknown;

  /** @param correlationId repeated in the response */
  constructor(readonly correlationId: Buffer) {}

  /** @param now when the message arrived, in milliseconds since 1970 */
  add({ options, proposed }: BatchAppendMessage, now: number): void {
    try {
      if (options !== undefined) this.#addOptions(options, now);
      if (this.#error === undefined) for (const message of proposed) this.proposed.add(decodeProposedMessage(message));
    } catch (error) {
      this.#error = error;
      this.proposed = new ProposedEvents();
    }
  }

  /** @throws the error of a message that was not valid */
  target(): WriteTarget {
    if (this.#error !== undefined || this.#target === undefined) throw this.#error;
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

import { status } from '@grpc/grpc-js';
import { FRAME_HEAD_BYTES } from '#libs/engine/kernel/grpc-wire.js';
import { GatewayError } from '../grpc-errors.js';

/**
 * The largest message that is accepted, as in EventStoreDB. It exceeds the maximum append size, so that a larger append
 * is answered with MaximumAppendSizeExceeded.
 */
export const MAX_MESSAGE_BYTES = 16 * 1_048_576;

const COMPRESSED = 1;

/** A message as it was sent. */
export interface ReceivedFrame {
  /** A view of what was received, not a copy, unless the frame arrived in several pieces. */
  readonly message: Buffer;
  readonly isCompressed: boolean;
}

/** Splits the bytes of a request into its messages. */
export class FrameReader {
  #bytes: Buffer = NOTHING;
  #at = 0;
  /** What was received after {@link #bytes}; joined once a whole frame is there. */
  #later: Buffer[] = [];
  #laterBytes = 0;
  /** How many bytes the next step needs: those of a head, or those of a frame. */
  #needed = FRAME_HEAD_BYTES;

  add(chunk: Buffer): void {
    if (this.#unread === 0) {
      this.#bytes = chunk;
      this.#at = 0;
    } else {
      this.#later.push(chunk);
      this.#laterBytes += chunk.length;
    }
  }

  /** The next message; undefined: it has not arrived as a whole. @throws GatewayError it is too large, or malformed */
  next(): ReceivedFrame | undefined {
    if (!this.#joins(this.#needed)) return undefined;
    const flags = this.#bytes[this.#at] ?? 0;
    const length = this.#bytes.readUInt32BE(this.#at + 1);
    if (flags > COMPRESSED) throw new GatewayError(status.INTERNAL, 'the frame of a message has unknown flags');
    if (length > MAX_MESSAGE_BYTES) throw messageTooLarge(length);
    this.#needed = FRAME_HEAD_BYTES + length;
    if (!this.#joins(this.#needed)) return undefined;
    const start = this.#at + FRAME_HEAD_BYTES;
    this.#at = start + length;
    this.#needed = FRAME_HEAD_BYTES;
    return { message: this.#bytes.subarray(start, this.#at), isCompressed: flags === COMPRESSED };
  }

  /** Whether a message has begun and is not whole. */
  get isWithinMessage(): boolean {
    return this.#unread > 0;
  }

  get #unread(): number {
    return this.#bytes.length - this.#at + this.#laterBytes;
  }

  /** Makes the next bytes contiguous; false if they have not arrived. */
  #joins(bytes: number): boolean {
    if (this.#unread < bytes) return false;
    if (this.#bytes.length - this.#at >= bytes) return true;
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), ...this.#later]);
    this.#at = 0;
    this.#later = [];
    this.#laterBytes = 0;
    return true;
  }
}

/** The error for a message above the size limit. */
export function messageTooLarge(bytes: number): GatewayError {
  return new GatewayError(
    status.RESOURCE_EXHAUSTED,
    `a message can have at most ${MAX_MESSAGE_BYTES} bytes (got ${bytes})`,
  );
}

const NOTHING: Buffer = Buffer.alloc(0);

import { FRAME_HEAD_BYTES } from '#libs/engine/kernel/grpc-wire.js';

/** Messages that are sent together, each in its frame. */
export class ResponseFrames {
  #messages: Buffer[] = [];
  #bytes = 0;

  /** The size of what was added, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add(message: Buffer): void {
    this.#messages.push(message);
    this.#bytes += FRAME_HEAD_BYTES + message.length;
  }

  /** Takes everything that was added as one buffer. */
  take(): Buffer {
    const frames = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    for (const message of this.#messages) {
      frames[at] = 0; // not compressed
      at = frames.writeUInt32BE(message.length, at + 1);
      frames.set(message, at);
      at += message.length;
    }
    this.#messages = [];
    this.#bytes = 0;
    return frames;
  }
}

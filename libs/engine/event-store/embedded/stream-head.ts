/** What the log knows of a stream as a whole. */
export interface StreamHead {
  /** The position of the stream's first event; its name inside the log. */
  readonly streamNumber: bigint;
  /** The last event's revision; -1 when the stream was tombstoned before it had any. */
  readonly revision: bigint;
  /** Deleted for good: it can never be read or written again. */
  readonly tombstoned: boolean;
}

/*
 * In the heads table: u8 flags (bit 0 = tombstoned; bits 4–7 = version of this layout), u64 stream number, i64
 * revision.
 */
const LAYOUT_VERSION = 1;
const FLAG_TOMBSTONED = 1;

/** How the heads table holds a head. */
export const streamHeadValue = {
  encode(head: StreamHead): Buffer {
    const value = Buffer.allocUnsafe(17);
    value[0] = (LAYOUT_VERSION << 4) | (head.tombstoned ? FLAG_TOMBSTONED : 0);
    value.writeBigUInt64BE(head.streamNumber, 1);
    value.writeBigInt64BE(head.revision, 9);
    return value;
  },
  decode(value: Buffer): StreamHead {
    const flags = value.readUInt8(0);
    if (flags >> 4 !== LAYOUT_VERSION) {
      throw new Error(
        `a stream's head has layout version ${flags >> 4}, this program reads ${LAYOUT_VERSION}: use a newer version, or restore the data folder from a backup if it is damaged`,
      );
    }
    return {
      streamNumber: value.readBigUInt64BE(1),
      revision: value.readBigInt64BE(9),
      tombstoned: (flags & FLAG_TOMBSTONED) !== 0,
    };
  },
};

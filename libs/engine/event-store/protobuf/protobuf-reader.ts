/** Protocol Buffers' wire types: the low three bits of a field's key. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/**
 * Reads the fields of a Protocol Buffers message one by one. After {@link next}, read the value in its expected form, or
 * not at all: then it is skipped, as unknown fields must be.
 *
 * It is used for appends and reads instead of the generated parsers, which create an object for every part of a message
 * (docs/decisions/0038-codec-and-locks-without-libraries.md).
 */
export class ProtobufReader {
  /** The number of the current field. */
  field = 0;
  #wireType = VARINT;
  #at = 0;
  /** Whether the value of the current field has not been read yet. */
  #pending = false;

  constructor(private readonly buffer: Buffer) {}

  /** Goes to the next field; false at the end. @throws RangeError the bytes are not a message */
  next(): boolean {
    if (this.#pending) this.#skip();
    if (this.#at >= this.buffer.length) return false;
    const key = this.#small();
    this.field = key >>> 3;
    this.#wireType = key & 7;
    this.#pending = true;
    return true;
  }

  /** The value of the current field as bytes: a view, not a copy. */
  bytes(): Buffer {
    this.#expect(LENGTH_DELIMITED);
    const length = this.#small();
    const end = this.#at + length;
    if (end > this.buffer.length) throw new RangeError(MALFORMED);
    const value = this.buffer.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  /** The value of the current field as text. */
  text(): string {
    return this.bytes().toString('utf8');
  }

  /** The value of the current field as an unsigned number. */
  unsigned(): bigint {
    this.#expect(VARINT);
    return this.varint();
  }

  /** Reads a key or a length: most are small and need no bigint. */
  #small(): number {
    const low = this.#lowBits();
    return low >= 0 ? low : Number(this.#highBits(~low));
  }

  private varint(): bigint {
    const low = this.#lowBits();
    return low >= 0 ? BigInt(low) : this.#highBits(~low);
  }

  /** Reads the lowest 28 bits of a varint; returns their complement if more follow. */
  #lowBits(): number {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.buffer[this.#at++];
      if (byte === undefined) throw new RangeError(MALFORMED);
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    return ~low;
  }

  #highBits(low: number): bigint {
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.buffer[this.#at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError(MALFORMED);
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new RangeError(MALFORMED);
    this.#pending = false;
  }

  #skip(): void {
    this.#pending = false;
    if (this.#wireType === VARINT) this.varint();
    else if (this.#wireType === LENGTH_DELIMITED) {
      const length = this.#small();
      this.#at += length;
    } else if (this.#wireType === FIXED_64) this.#at += 8;
    else if (this.#wireType === FIXED_32) this.#at += 4;
    else throw new RangeError(MALFORMED);
    if (this.#at > this.buffer.length) throw new RangeError(MALFORMED);
  }
}

const MALFORMED = 'the message is malformed: it is no message of Protocol Buffers';

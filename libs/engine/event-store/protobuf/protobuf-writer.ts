/** Protocol Buffers' wire types: the low three bits of a field's key. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

const INITIAL_BYTES = 65_536;
/** A buffer that has grown beyond this for one message is not reused. */
const MAX_KEPT_BYTES = 1_048_576;
const MAX_VARINT_BYTES = 10;

/**
 * Writes a Protocol Buffers message from its end to its beginning: the length of a nested message is known when it has
 * been written, so nothing is measured beforehand. Write the fields of a message, and the items of a list, in reverse
 * order.
 *
 * It is used for appends and reads instead of the generated serializers, which take ten times as long for an event
 * (docs/decisions/0038-codec-and-locks-without-libraries.md).
 */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #start = INITIAL_BYTES;

  /** The number of bytes written so far. Keep it before a nested message, for {@link nest}. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  /** Writes a field of text, bytes, or an encoded message. */
  bytes(field: number, value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
    this.#lengthAndKey(field, value.length);
  }

  /** Writes a field of text. */
  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#start -= length;
    this.#buffer.write(value, this.#start);
    this.#lengthAndKey(field, length);
  }

  /** Writes a field of an unsigned number; a negative one is written in two's complement, as int64 is. */
  varint(field: number, value: number | bigint): void {
    this.#reserve(0);
    this.#varint(value);
    this.#varint((field << 3) | VARINT);
  }

  /** Writes a field with an empty message. */
  empty(field: number): void {
    this.#reserve(0);
    this.#lengthAndKey(field, 0);
  }

  /** Turns everything written since {@link length} was `before` into a nested message. */
  nest(field: number, before: number): void {
    this.#reserve(0);
    this.#lengthAndKey(field, this.length - before);
  }

  /** Writes fields that are encoded already. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
  }

  /** Returns the message as a copy, and empties the writer. */
  finish(): Buffer {
    const message = Buffer.from(this.#buffer.subarray(this.#start));
    if (this.#buffer.length > MAX_KEPT_BYTES) this.#buffer = Buffer.allocUnsafe(INITIAL_BYTES);
    this.#start = this.#buffer.length;
    return message;
  }

  #lengthAndKey(field: number, length: number): void {
    this.#varint(length);
    this.#varint((field << 3) | LENGTH_DELIMITED);
  }

  #varint(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0 && value < 0x80) {
      this.#buffer[--this.#start] = value;
      return;
    }
    const groups = value >= 0 && value <= Number.MAX_SAFE_INTEGER ? splitNumber(Number(value)) : splitBigint(value);
    for (let group = groups - 1; group >= 0; group -= 1) {
      this.#buffer[--this.#start] = (DIGITS[group] ?? 0) | (group === groups - 1 ? 0 : 0x80);
    }
  }

  /** Reserves space for a number of bytes and the two varints before them. */
  #reserve(bytes: number): void {
    const needed = bytes + 2 * MAX_VARINT_BYTES;
    if (this.#start >= needed) return;
    const { length } = this;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, length + needed));
    this.#buffer.copy(larger, larger.length - length, this.#start);
    this.#buffer = larger;
    this.#start = larger.length - length;
  }
}

/** The groups of seven bits of a number that is being written, the lowest first. */
const DIGITS = new Uint8Array(MAX_VARINT_BYTES);

/** Splits a number into {@link DIGITS}; returns how many groups there are. */
function splitNumber(value: number): number {
  let groups = 0;
  let rest = value;
  do {
    DIGITS[groups++] = rest % 0x80;
    rest = Math.floor(rest / 0x80);
  } while (rest > 0);
  return groups;
}

/** The same for an integer beyond the safe range; a negative one in two's complement. */
function splitBigint(value: number | bigint): number {
  let groups = 0;
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    DIGITS[groups++] = Number(rest & 0x7fn);
    rest >>= 7n;
  } while (rest > 0n);
  return groups;
}

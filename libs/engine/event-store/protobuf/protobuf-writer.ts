/** Protocol Buffers' wire types, as they stand in the low three bits of a field's key. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

const INITIAL_BYTES = 65_536;
/** A buffer that one large message has grown beyond this is not kept. */
const MAX_KEPT_BYTES = 1_048_576;
const MAX_VARINT_BYTES = 10;

/**
 * Writes a message of Protocol Buffers from its end to its beginning: the length of what is nested is known once it is
 * written, so nothing is measured beforehand. Write the fields of a message, and the items of a list, last first.
 *
 * The generated serializers take ten times as long for a recorded event; this stands where events pass by the thousand.
 */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #start = INITIAL_BYTES;

  /** Bytes written so far; remember it before a nested message, for {@link nest}. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  /** A field of text, bytes, or an encoded message. */
  bytes(field: number, value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
    this.#lengthAndKey(field, value.length);
  }

  /** A field of text. */
  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#start -= length;
    this.#buffer.write(value, this.#start);
    this.#lengthAndKey(field, length);
  }

  /** A field of an unsigned number; negative ones are written in two's complement, as int64 is. */
  varint(field: number, value: number | bigint): void {
    this.#reserve(0);
    this.#varint(value);
    this.#varint((field << 3) | VARINT);
  }

  /** An empty message, which says by being there. */
  empty(field: number): void {
    this.#reserve(0);
    this.#lengthAndKey(field, 0);
  }

  /** Makes what was written since {@link length} was `before` a nested message. */
  nest(field: number, before: number): void {
    this.#reserve(0);
    this.#lengthAndKey(field, this.length - before);
  }

  /** Takes over bytes as they are: fields that are encoded already. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
  }

  /** The message, as a copy; the writer is empty again. */
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

  /** Makes room for so many bytes and the two varints before them. */
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

/** A number's groups of seven bits, the lowest first: where the next one is split into. */
const DIGITS = new Uint8Array(MAX_VARINT_BYTES);

/** Splits a number into {@link DIGITS}; answers how many there are. */
function splitNumber(value: number): number {
  let groups = 0;
  let rest = value;
  do {
    DIGITS[groups++] = rest % 0x80;
    rest = Math.floor(rest / 0x80);
  } while (rest > 0);
  return groups;
}

/** The same for what a number cannot hold; negative ones in two's complement. */
function splitBigint(value: number | bigint): number {
  let groups = 0;
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    DIGITS[groups++] = Number(rest & 0x7fn);
    rest >>= 7n;
  } while (rest > 0n);
  return groups;
}

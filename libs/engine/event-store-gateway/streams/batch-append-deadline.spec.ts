import { ProtobufWriter } from '#libs/engine/event-store/protobuf/protobuf-writer.js';
import { deadlineOf } from './batch-append-deadline.js';

const NOW = 1_700_000_000_000;

/** BatchAppendReq.Options with a Timestamp (field 6) or a Duration (field 7). */
function options(field: number, seconds: bigint, nanos = 0): Buffer {
  const writer = new ProtobufWriter();
  if (nanos !== 0) writer.varint(2, nanos);
  if (seconds !== 0n) writer.varint(1, seconds);
  writer.nest(field, 0);
  return writer.finish();
}

describe('the deadline of an append', () => {
  it('is infinite if none is sent', () => {
    expect(deadlineOf(Buffer.alloc(0), NOW)).toBe(Number.POSITIVE_INFINITY);
  });

  it('can be a timestamp, as older clients send it', () => {
    expect(deadlineOf(options(6, 1_700_000_001n, 5_000_000), NOW)).toBe(NOW + 1_005);
    expect(deadlineOf(options(6, 0n), NOW)).toBe(0);
    expect(deadlineOf(options(6, -1n), NOW)).toBe(-1_000);
  });

  it('can be a duration, as newer clients send it', () => {
    expect(deadlineOf(options(7, 0n, 1_000_000), NOW)).toBe(NOW + 1);
    expect(deadlineOf(options(7, -1n), NOW)).toBe(NOW - 1_000);
  });

  it.each([253_402_300_799n, 315_576_000_000n, 2n ** 63n - 1n])('can be %d seconds', (seconds) => {
    expect(deadlineOf(options(6, seconds, 999_999_999), NOW)).toBeGreaterThan(NOW);
    expect(deadlineOf(options(7, seconds, 999_999_999), NOW)).toBeGreaterThan(NOW);
  });
});

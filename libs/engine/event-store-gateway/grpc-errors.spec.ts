import { status } from '@grpc/grpc-js';
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  StreamDeletedError,
} from '#libs/engine/event-store/port/event-store.errors.js';
import { GatewayError, gatewayErrorOf, streamDeleted, wrongExpectedVersion } from './grpc-errors.js';

describe('the gRPC error of a failed call', () => {
  it('equals that of EventStoreDB', () => {
    const { code, details, trailers } = wrongExpectedVersion('s', 44n, 3n);
    expect(code).toBe(status.FAILED_PRECONDITION);
    expect(details).toBe(
      'Delete failed due to WrongExpectedVersion. Stream: s, Expected version: 44, Actual version: 3',
    );
    expect(trailers).toEqual({
      exception: 'wrong-expected-version',
      'stream-name': 's',
      'expected-version': '44',
      'actual-version': '3',
    });
  });

  it.each([
    [new StreamDeletedError('s'), status.FAILED_PRECONDITION, "Event stream 's' is deleted."],
    [new AppendTooLargeError(9, 8), status.INVALID_ARGUMENT, 'Maximum Append Size of 8 Exceeded.'],
    [new RangeError('too long'), status.INVALID_ARGUMENT, 'too long'],
    [new EventStoreUnavailableError('disk full'), status.UNAVAILABLE, 'disk full'],
    [new TypeError('a secret of the inside'), status.UNKNOWN, 'Unexpected error'],
  ])('is made of %s', (error, code, details) => {
    expect(gatewayErrorOf(error)).toMatchObject({ code, details });
  });

  it('is kept if it is a GatewayError', () => {
    const error = new GatewayError(status.ABORTED, 'x');
    expect(gatewayErrorOf(error)).toBe(error);
  });

  it.each(['grün', 'a\nb', '\ud800', 'ok ~'])('holds any stream name in its trailers: %j', (stream) => {
    const shown = streamDeleted(stream).trailers['stream-name'];
    expect(String(shown)).toMatch(/^[\x20-\x7e]+$/);
    expect(decodeURIComponent(String(shown))).toBe(stream.toWellFormed());
  });
});

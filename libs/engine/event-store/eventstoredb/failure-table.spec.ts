import { Metadata, status } from '@grpc/grpc-js';
import { EventStoreUnavailableError, StreamDeletedError } from '../port/event-store.errors.js';
import { CallFailedError, CallTimeoutError, portError } from './driver-errors.js';
import { KIND_BY_CODE, kindOf } from './failure-table.js';

const CODES = Object.values(status).filter((code): code is status => typeof code === 'number');

/** An error as grpc-js throws it. */
function grpcError(code: status, details: string, trailers: Readonly<Record<string, string>> = {}) {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(`${code} ${status[code]}: ${details}`), { code, details, metadata });
}

describe('the consequence of a failed call', () => {
  it('is defined for each of the 17 codes', () => {
    expect(CODES).toHaveLength(17);
    const ends = CODES.map((code) => [status[code], KIND_BY_CODE[code].whose, KIND_BY_CODE[code].again]);
    expect(ends).toEqual([
      ['OK', 'call', 'every'],
      ['CANCELLED', 'call', 'every'],
      ['UNKNOWN', 'call', 'appends'],
      ['INVALID_ARGUMENT', 'call', 'none'],
      ['DEADLINE_EXCEEDED', 'call', 'every'],
      ['NOT_FOUND', 'call', 'none'],
      ['ALREADY_EXISTS', 'call', 'none'],
      ['PERMISSION_DENIED', 'call', 'none'],
      ['RESOURCE_EXHAUSTED', 'call', 'every'],
      ['FAILED_PRECONDITION', 'call', 'none'],
      ['ABORTED', 'call', 'every'],
      ['OUT_OF_RANGE', 'call', 'none'],
      ['UNIMPLEMENTED', 'call', 'none'],
      ['INTERNAL', 'call', 'every'],
      ['UNAVAILABLE', 'connection', 'every'],
      ['DATA_LOSS', 'call', 'none'],
      ['UNAUTHENTICATED', 'call', 'none'],
    ]);
    expect(CODES.filter((code) => KIND_BY_CODE[code].doubtful).map((code) => status[code])).toEqual([
      'CANCELLED',
      'DEADLINE_EXCEEDED',
      'INTERNAL',
    ]);
  });

  it.each([
    ['a slow subscription', 10, 'Operation timed out: Consumer too slow to handle event while live.', 'call'],
    ['a follower whose leader changes', 10, 'Operation timed out: Forwarding timeout', 'call'],
    ['a busy node', 14, 'Server Is Too Busy', 'call'],
    ['a node that is not ready', 14, 'Server Is Not Ready', 'connection'],
    ['a node without a leader', 2, 'No leader info available in response', 'connection'],
    ['a node that cannot be reached', 14, 'No connection established', 'connection'],
  ])('%s: is retried', (_, code, text, whose) => {
    expect(kindOf({ code, text })).toMatchObject({ whose, again: 'every' });
  });

  it('is decided by the exception before the code', () => {
    expect(kindOf({ code: 5, exception: 'not-leader', text: '' })).toMatchObject({ whose: 'connection' });
    expect(kindOf({ code: 14, exception: 'access-denied', text: '' })).toMatchObject({ whose: 'call', again: 'none' });
  });
});

describe('an error of gRPC, converted to the port', () => {
  it.each(CODES.filter((code) => code !== status.OK && code !== status.INVALID_ARGUMENT))('code %i', (code) => {
    const failure = portError(grpcError(code, 'so it is'));
    expect(failure).toBeInstanceOf(EventStoreUnavailableError);
    expect((failure as CallFailedError).kind).toBe(KIND_BY_CODE[code]);
  });

  it('says what to do', () => {
    expect(portError(grpcError(14, 'gone')).message).toContain('check that it runs and can be reached');
    expect(portError(new CallTimeoutError(5)).message).toContain('no answer within 5 ms');
    expect(portError(grpcError(16, 'who?')).message).toContain('check user and password');
    expect(portError(grpcError(7, 'no', { exception: 'access-denied' })).message).toContain('what that user may do');
    expect(portError(grpcError(3, 'not so'))).toBeInstanceOf(RangeError);
  });

  it('names the deleted stream', () => {
    const deleted = portError(grpcError(9, 'gone', { exception: 'stream-deleted', 'stream-name': 'application-1' }));
    expect(deleted).toEqual(new StreamDeletedError('application-1'));
  });
});

import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { AppendTooLargeError, RevisionConflictError, StreamDeletedError } from '../../port/event-store.errors.js';
import type { ExpectedRevision } from '../../port/event-store.js';
import { ProtobufWriter } from '../../protobuf/protobuf-writer.js';
import { CallFailedError, portError } from '../driver-errors.js';
import { outgoingAppend } from '../outgoing-append.js';
import { decodeBatchAnswer } from './append-answer.js';
import { encodeAppend, encodeBatchAppend } from './append-request.js';
import { decodeReadAnswer } from './read-answer.js';
import { encodeRead, type ReadRequest } from './read-request.js';

const { StreamIdentifier, UUID } = shared;
const { AppendReq, BatchAppendReq, ReadReq, ReadResp } = streams;

const ID = '540a91a0-92eb-4dab-afec-d00f0aa274c6';
const TYPE = 'type.googleapis.com/';

function append(expected: ExpectedRevision) {
  const event = { id: ID, type: 'Größe', data: { number: 1 }, metadata: { by: '✓' } };
  return outgoingAppend({ stream: 'größe-1', events: [event, { ...event, metadata: undefined }], expected });
}

const text = (base64: string) => Buffer.from(base64, 'base64').toString();

describe('an append, parsed by the generated classes', () => {
  it.each([
    ['a revision', 7n, (options: { getStreamPosition(): string }) => options.getStreamPosition() === '7'],
    ['revision 0', 0n, (options: { getStreamPosition(): string }) => options.getStreamPosition() === '0'],
    ['no stream', 'noStream', (options: { hasNoStream(): boolean }) => options.hasNoStream()],
    ['any', 'any', (options: { hasAny(): boolean }) => options.hasAny()],
    ['some stream', 'streamExists', (options: { hasStreamExists(): boolean }) => options.hasStreamExists()],
  ] as const)('in a batch, expecting %s', (_, expected, isExpected) => {
    const bytes = encodeBatchAppend(append(expected), { stream: 2n ** 63n + 5n, number: 3 });
    const request = BatchAppendReq.deserializeBinary(bytes);
    expect(request.getCorrelationId()?.getStructured()?.getLeastSignificantBits()).toBe('3');
    const options = request.getOptions();
    expect(text(String(options?.getStreamIdentifier()?.getStreamName_asB64()))).toBe('größe-1');
    expect(isExpected(options as never)).toBe(true);
    expect(request.getIsFinal()).toBe(true);
    const proposed = request.getProposedMessagesList().map((message) => ({
      id: message.getId()?.getString(),
      properties: message.getMetadataMap().getEntryList(),
      data: text(message.getData_asB64()),
      metadata: text(message.getCustomMetadata_asB64()),
    }));
    const properties = expect.arrayContaining([
      ['type', 'Größe'],
      ['content-type', 'application/json'],
    ]);
    expect(proposed).toEqual([
      { id: ID, properties, data: '{"number":1}', metadata: '{"by":"✓"}' },
      { id: ID, properties, data: '{"number":1}', metadata: '' },
    ]);
  });

  it('in a separate call', () => {
    const [options, ...events] = encodeAppend(append(4n)).map((bytes) => AppendReq.deserializeBinary(bytes));
    expect(options?.getOptions()?.getRevision()).toBe('4');
    expect(events.map((event) => event.getProposedMessage()?.getId()?.getString())).toEqual([ID, ID]);
  });
});

/** A BatchAppendResp: what `write` writes, and the correlation as text or as numbers. */
function answer(write: (writer: ProtobufWriter) => void, correlation: 'text' | 'numbers' = 'numbers'): Buffer {
  const writer = new ProtobufWriter();
  write(writer);
  const before = writer.length;
  if (correlation === 'text') writer.text(2, '00000000-0000-0007-0000-00000000002a');
  else {
    writer.varint(2, 42);
    writer.varint(1, 7);
    writer.nest(1, before);
  }
  writer.nest(1, before);
  return writer.finish();
}

/** The field `error`, as a real server fills it. */
function failure(type: string, code: number, message: string, details: (writer: ProtobufWriter) => void = () => {}) {
  return (writer: ProtobufWriter) => {
    details(writer);
    writer.nest(2, 0);
    writer.text(1, TYPE + type);
    writer.nest(3, 0);
    writer.text(2, message);
    if (code > 0) writer.varint(1, code);
    writer.nest(2, 0);
  };
}

function outcomeOf(write: (writer: ProtobufWriter) => void) {
  return decodeBatchAnswer(answer(write)).outcome(append(3n));
}

function success(revision: number, writePosition: (writer: ProtobufWriter) => void) {
  return (writer: ProtobufWriter) => {
    writePosition(writer);
    writer.varint(1, revision);
    writer.nest(3, 0);
  };
}

describe('the answer to an append in a batch', () => {
  it('is matched by its correlation id, as text or as numbers', () => {
    const written = success(0, (writer) => writer.empty(4));
    expect(decodeBatchAnswer(answer(written, 'text')).number).toBe(42);
    expect(decodeBatchAnswer(answer(written)).number).toBe(42);
  });

  it('contains revision and position; for a repeated append the position may be missing', () => {
    const at = (position: bigint) => (writer: ProtobufWriter) => {
      writer.varint(2, position);
      writer.varint(1, position);
      writer.nest(3, 0);
    };
    expect(outcomeOf(success(5, at(947n)))).toEqual({ revision: 5n, position: 947n });
    expect(outcomeOf(success(0, (writer) => writer.empty(3)))).toEqual({ revision: 0n, position: 0n });
    expect(outcomeOf(success(5, (writer) => writer.empty(4)))).toEqual({ revision: 5n, position: undefined });
    expect(outcomeOf(success(5, at(2n ** 64n - 1n)))).toEqual({ revision: 5n, position: undefined });
  });

  it('can be a refusal, converted to an error of the port', () => {
    const conflict = (details: (writer: ProtobufWriter) => void) =>
      outcomeOf(failure('event_store.client.WrongExpectedVersion', 6, 'WrongExpectedVersion', details));
    expect(conflict((writer) => writer.varint(1, 9))).toEqual(new RevisionConflictError('größe-1', 3n, 9n));
    expect(conflict((writer) => writer.varint(1, 0))).toEqual(new RevisionConflictError('größe-1', 3n, 0n));
    expect(conflict((writer) => writer.empty(2))).toEqual(new RevisionConflictError('größe-1', 3n, 'noStream'));
    expect(outcomeOf(failure('event_store.client.StreamDeleted', 5, 'StreamDeleted'))).toEqual(
      new StreamDeletedError('größe-1'),
    );
    const size = failure('event_store.client.MaximumAppendSizeExceeded', 3, '', (writer) => writer.varint(1, 1024));
    expect(outcomeOf(size)).toEqual(new AppendTooLargeError(append(3n).bytes, 1024));
  });

  it.each([
    ['event_store.client.Timeout', 4, 'Timeout', 'call', 'every'],
    ['event_store.client.Unknown', 2, 'Unknown', 'call', 'appends'],
    ['event_store.client.AccessDenied', 7, 'AccessDenied', 'call', 'none'],
    ['event_store.client.InvalidTransaction', 9, 'InvalidTransaction', 'call', 'none'],
    ['google.protobuf.Empty', 0, 'Server Is Not Ready', 'connection', 'every'],
    ['google.protobuf.Empty', 0, 'Server Is Busy', 'call', 'every'],
    ['google.protobuf.Empty', 0, 'No leader info available in response', 'connection', 'every'],
  ])('is a failure: %s %i %s', (type, code, message, whose, again) => {
    const failed = portError(outcomeOf(failure(type, code, message)));
    expect((failed as CallFailedError).kind).toMatchObject({ whose, again });
  });

  it('can refuse the request itself', () => {
    expect(portError(outcomeOf(failure('event_store.client.BadRequest', 3, 'no')))).toBeInstanceOf(RangeError);
  });
});

describe('a read, parsed by the generated classes', () => {
  const optionsOf = (request: ReadRequest) => ReadReq.deserializeBinary(encodeRead(request)).getOptions();

  it('of a stream', () => {
    const options = optionsOf({ source: { stream: 'größe-1', from: 0n }, direction: 'forwards', limit: 5 });
    expect(text(String(options?.getStream()?.getStreamIdentifier()?.getStreamName_asB64()))).toBe('größe-1');
    expect(options?.getStream()?.getRevision()).toBe('0');
    expect(options?.getCount()).toBe('5');
    expect(options?.getReadDirection()).toBe(0);
    expect(options?.hasNoFilter() && options.getUuidOption()?.hasString()).toBe(true);
    const all = optionsOf({ source: { stream: 's', from: 'end' }, direction: 'backwards', limit: Infinity });
    expect(all?.getStream()?.hasEnd()).toBe(true);
    expect(all?.getCount()).toBe('9007199254740991');
    expect(all?.getReadDirection()).toBe(1);
  });

  it('of $all, with a filter, as a subscription', () => {
    const filter = { streamPrefixes: ['a-', 'ö-'] };
    const from = { commit: 2n ** 40n, prepare: 0n };
    const options = optionsOf({ source: { from, filter }, direction: 'forwards', limit: 'subscription' });
    expect(options?.hasSubscription()).toBe(true);
    expect(options?.getAll()?.getPosition()?.toObject()).toEqual({
      commitPosition: `${2n ** 40n}`,
      preparePosition: '0',
    });
    expect(options?.getFilter()?.getStreamIdentifier()?.getPrefixList()).toEqual(['a-', 'ö-']);
    expect(options?.getFilter()?.getMax()).toBe(1_000);
    expect(options?.getFilter()?.getCheckpointintervalmultiplier()).toBe(1);
    const byType = optionsOf({
      source: { from: 'start', filter: { typePrefixes: ['T'] } },
      direction: 'forwards',
      limit: 1,
    });
    expect(byType?.getAll()?.hasStart()).toBe(true);
    expect(byType?.getFilter()?.getEventType()?.getPrefixList()).toEqual(['T']);
  });
});

describe('an answer to a read', () => {
  it('can be an event', () => {
    const recorded = new ReadResp.ReadEvent.RecordedEvent();
    const id = new UUID();
    id.setString(ID);
    recorded.setId(id);
    const stream = new StreamIdentifier();
    stream.setStreamName(Buffer.from('größe-1').toString('base64'));
    recorded.setStreamIdentifier(stream);
    recorded.setStreamRevision('3');
    recorded.setCommitPosition('947');
    recorded.setPreparePosition('947');
    recorded.getMetadataMap().set('type', 'Größe').set('content-type', 'application/json');
    recorded.getMetadataMap().set('created', '17954376088240089');
    recorded.setData(Buffer.from('{"number":1}').toString('base64'));
    const event = new ReadResp.ReadEvent();
    event.setEvent(recorded);
    event.setCommitPosition('947');
    const response = new ReadResp();
    response.setEvent(event);
    const message = Buffer.from(response.serializeBinary());
    expect(decodeReadAnswer(message)).toEqual({
      kind: 'event',
      bytes: message.length,
      event: {
        id: ID,
        stream: 'größe-1',
        revision: 3n,
        position: 947n,
        type: 'Größe',
        data: { number: 1 },
        metadata: undefined,
        recordedAt: 1_795_437_608_824,
      },
    });
  });

  it('can be a message about the progress of the server', () => {
    const signs = [2, 4, 5, 8, 9].map((field) => {
      const writer = new ProtobufWriter();
      if (field === 5) writer.varint(field, 1);
      else writer.empty(field);
      return decodeReadAnswer(writer.finish()).kind;
    });
    expect(signs).toEqual(['confirmed', 'streamNotFound', 'other', 'caughtUp', 'fellBehind']);
    const checkpoint = new ReadResp.Checkpoint();
    checkpoint.setCommitPosition('947');
    const response = new ReadResp();
    response.setCheckpoint(checkpoint);
    const position = { commit: 947n, prepare: 0n };
    expect(decodeReadAnswer(Buffer.from(response.serializeBinary()))).toEqual({ kind: 'checkpoint', position });
  });
});

import { randomUUID } from 'node:crypto';
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { basicAuthorization } from '#libs/engine/event-store-gateway/access.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import {
  AppendReq,
  BatchAppendReq,
  DeleteReq,
  Empty,
  identifier,
  TombstoneReq,
  UUID,
  withoutUnset,
} from '../../support/gateway-wire.js';

const event = () => jsonEvent({ type: 't', data: {} });
/** With credentials, EventStoreDB's Node client uses Append instead of BatchAppend. */
const credentials = { credentials: { username: 'someone', password: 'secret' } };

describe('a gateway without users', () => {
  let gateway: TestGateway;
  let client: EventStoreDBClient;
  beforeAll(async () => {
    gateway = await startTestGateway();
    ({ client } = gateway);
  });
  afterAll(() => gateway.close());

  it('accepts $all as a stream name, like EventStoreDB', async () => {
    expect(await client.appendToStream('$all', event())).toMatchObject({ nextExpectedRevision: 0n });
    expect(await client.appendToStream('$all', event(), credentials)).toMatchObject({ nextExpectedRevision: 1n });
    await client.setStreamMetadata('$all', { maxCount: 5 });
    await client.deleteStream('$all');
  });

  it('accepts metadata of a metadata stream, like EventStoreDB', async () => {
    expect(await client.appendToStream('$$$$s', event())).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('has no metadata of an empty stream name', async () => {
    await expect(client.appendToStream('$$', event())).rejects.toThrow('Could not recognize BadRequest');
    await expect(client.appendToStream('$$', event(), credentials)).rejects.toMatchObject({ code: 3 });
    await expect(client.setStreamMetadata('', { maxCount: 1 })).rejects.toThrow('Could not recognize BadRequest');
    expect(await gateway.log.streamHead('$$')).toBeUndefined();
  });
});

describe('a gateway with users', () => {
  const user = { name: 'admin', password: 'changeit' };
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ users: [user] });
  });
  afterAll(() => gateway.close());

  it.each([
    ['append', '$all', append],
    ['delete', '$all', remove],
    ['delete', '$$s', remove],
    ['tombstone', '$all', tombstone],
    ['tombstone', '$$s', tombstone],
  ] as const)('lets no user %s %s', async (_, stream, call) => {
    const before = gateway.log.head;
    const error = await call(stream);
    expect(error).toMatchObject({ code: 7, details: 'Access Denied' });
    expect(error?.metadata.get('exception')).toEqual(['access-denied']);
    expect(gateway.log.head).toBe(before);
  });

  it('refuses a batch append to $all without ending the call', async () => {
    expect(await batchAppend('$all', 's')).toMatchObject([
      { error: { code: 7, message: 'AccessDenied' } },
      { success: { currentRevision: '0' } },
    ]);
  });

  it('lets users write metadata, even that of $all', async () => {
    expect(await append('$$s')).toBeNull();
    expect(await append('$$$all')).toBeNull();
  });

  function authorized(): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', basicAuthorization(user));
    return metadata;
  }

  function append(stream: string): Promise<ServiceError | null> {
    const options = new AppendReq.Options().setStreamIdentifier(identifier(stream)).setAny(new Empty());
    return new Promise((resolve) => {
      const call = gateway.wire.streams.append(authorized(), resolve);
      call.write(new AppendReq().setOptions(options));
      const proposed = new AppendReq.ProposedMessage().setId(uuid());
      proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
      call.write(new AppendReq().setProposedMessage(proposed));
      call.end();
    });
  }

  function remove(stream: string): Promise<ServiceError | null> {
    const options = new DeleteReq.Options().setStreamIdentifier(identifier(stream)).setAny(new Empty());
    const request = new DeleteReq().setOptions(options);
    return new Promise((resolve) => gateway.wire.streams.delete(request, authorized(), resolve));
  }

  function tombstone(stream: string): Promise<ServiceError | null> {
    const options = new TombstoneReq.Options().setStreamIdentifier(identifier(stream)).setAny(new Empty());
    const request = new TombstoneReq().setOptions(options);
    return new Promise((resolve) => gateway.wire.streams.tombstone(request, authorized(), resolve));
  }

  /** Appends one event to each stream in one call; returns the responses. */
  async function batchAppend(...streams: readonly string[]) {
    const call = gateway.wire.streams.batchAppend(authorized());
    const answers: object[] = [];
    for (const stream of streams) {
      const options = new BatchAppendReq.Options().setStreamIdentifier(identifier(stream)).setAny(new Empty());
      const proposed = new BatchAppendReq.ProposedMessage().setId(uuid());
      proposed.getMetadataMap().set('type', 't').set('content-type', 'application/json');
      const request = new BatchAppendReq().setCorrelationId(uuid()).setOptions(options).setIsFinal(true);
      request.addProposedMessages(proposed);
      call.write(request);
    }
    call.end();
    for await (const answer of call) answers.push(withoutUnset(answer.toObject()));
    return answers;
  }
});

function uuid() {
  return new UUID().setString(randomUUID());
}

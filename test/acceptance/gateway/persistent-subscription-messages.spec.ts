import { randomUUID } from 'node:crypto';
import messages from '@eventstore/db-client/generated/persistent_pb.js';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { basicAuthorization } from '#libs/engine/event-store-gateway/access.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { Empty, identifier, UUID, withoutUnset } from '../../support/gateway-wire.js';

const { CreateReq, DeleteReq, GetInfoReq, ReadReq, ReplayParkedReq, UpdateReq } = messages;
type ReadResp = InstanceType<typeof messages.ReadResp>;

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function start(options: Parameters<typeof startTestGateway>[0] = {}) {
  const gateway = await startTestGateway(options);
  closing.push(() => gateway.close());
  return { gateway, wire: gateway.wire.persistentSubscriptions };
}
type Wire = Awaited<ReturnType<typeof start>>['wire'];

function createRequest(stream: string, set?: (settings: InstanceType<typeof CreateReq.Settings>) => void) {
  const settings = new CreateReq.Settings();
  settings.setNamedConsumerStrategy(CreateReq.ConsumerStrategy.ROUNDROBIN);
  settings.setMessageTimeoutMs(1_000);
  settings.setMaxRetryCount(10);
  settings.setLiveBufferSize(500);
  settings.setHistoryBufferSize(500);
  settings.setReadBatchSize(20);
  set?.(settings);
  const options = new CreateReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setGroupName('g');
  options.setSettings(settings);
  return new CreateReq().setOptions(options);
}

/** Creates a group; returns the error, or null. */
function create(wire: Wire, request: InstanceType<typeof CreateReq>, metadata = new Metadata()) {
  return new Promise<ServiceError | null>((resolve) => {
    wire.create(request, metadata, (error) => resolve(error));
  });
}

function info(wire: Wire, stream: string) {
  const options = new GetInfoReq.Options().setStreamIdentifier(identifier(stream)).setGroupName('g');
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    wire.getInfo(new GetInfoReq().setOptions(options), (error, answer) => {
      if (error !== null) reject(error);
      else resolve(withoutUnset(answer.getSubscriptionInfo()?.toObject() ?? {}));
    });
  });
}

const numbered = (metadata = {}) => ({
  id: randomUUID(),
  type: 't',
  isJson: true,
  data: Buffer.from('{"i":1}'),
  metadata: Buffer.from(JSON.stringify(metadata)),
});

/** Opens a subscription whose messages are read one at a time. */
function subscribe(
  wire: Wire,
  stream: string,
  uuids: 'string' | 'structured',
  bufferSize = 10,
  metadata = new Metadata(),
) {
  const call = wire.read(metadata);
  const ended = new Promise<ServiceError>((resolve) => call.on('error', resolve));
  const iterator = call[Symbol.asyncIterator]() as AsyncIterator<ReadResp>;
  const option = new ReadReq.Options.UUIDOption();
  if (uuids === 'string') option.setString(new Empty());
  else option.setStructured(new Empty());
  const options = new ReadReq.Options();
  options.setStreamIdentifier(identifier(stream)).setGroupName('g').setBufferSize(bufferSize).setUuidOption(option);
  call.write(new ReadReq().setOptions(options));
  return { call, ended, next: async () => withoutUnset((await iterator.next()).value.toObject()) };
}

describe('the messages of persistent subscriptions', () => {
  let gateway: TestGateway;
  let wire: Wire;
  beforeAll(async () => {
    ({ gateway, wire } = await start());
  });

  it('are a confirmation, and events with all fields of EventStoreDB', async () => {
    const event = numbered({ m: 1 });
    const { position } = await gateway.log.append('told', [event], 'any');
    await create(wire, createRequest('told'));
    const { call, next } = subscribe(wire, 'told', 'string');
    expect(await next()).toEqual({ subscriptionConfirmation: { subscriptionId: 'told::g' } });
    expect(await next()).toMatchObject({
      event: {
        event: {
          id: { string: event.id },
          streamIdentifier: { streamName: Buffer.from('told').toString('base64') },
          streamRevision: '0',
          preparePosition: `${position}`,
          commitPosition: `${position}`,
          customMetadata: event.metadata.toString('base64'),
          data: event.data.toString('base64'),
        },
        commitPosition: `${position}`,
        retryCount: 0,
      },
    });
    call.cancel();
  });

  it('hold structured UUIDs if the client requests them, in acks too', async () => {
    const event = { ...numbered(), id: '00112233-4455-6677-8899-aabbccddeeff' };
    await gateway.log.append('halves', [event, numbered()], 'any');
    await create(wire, createRequest('halves'));
    const { call, next } = subscribe(wire, 'halves', 'structured', 1);
    await next();
    const structured = { mostSignificantBits: '4822678189205111', leastSignificantBits: '-8603657889541918977' };
    expect(await next()).toMatchObject({ event: { event: { id: { structured } } } });
    const half = new UUID.Structured().setMostSignificantBits('4822678189205111');
    const id = new UUID().setStructured(half.setLeastSignificantBits('-8603657889541918977'));
    call.write(new ReadReq().setAck(new ReadReq.Ack().setIdsList([id])));
    expect(await next()).toMatchObject({ event: { event: { streamRevision: '1' } } });
    call.cancel();
  });

  it('must start with options, or the call ends', async () => {
    const call = wire.read();
    const ended = new Promise<ServiceError>((resolve) => call.on('error', resolve));
    call.on('data', () => {});
    call.write(new ReadReq().setAck(new ReadReq.Ack()));
    expect(await ended).toMatchObject({
      code: 3,
      details: 'the first message of a subscription must hold the options',
    });
  });

  it('can hold durations in ticks of 100 ns, and the consumer strategy by name', async () => {
    const request = createRequest('named', (settings) => {
      settings.setMessageTimeoutTicks('50000000');
      settings.setCheckpointAfterTicks('20000000');
      settings.setConsumerStrategy('PinnedByCorrelation');
    });
    expect(await create(wire, request)).toBeNull();
    expect(await info(wire, 'named')).toMatchObject({
      messageTimeoutMilliseconds: 5_000,
      checkPointAfterMilliseconds: 2_000,
      namedConsumerStrategy: 'PinnedByCorrelation',
    });
  });

  it('are refused if they name an unknown consumer strategy', async () => {
    const request = createRequest('unknown', (settings) => settings.setConsumerStrategy('Other'));
    const error = await create(wire, request);
    expect(error).toMatchObject({ code: 13, details: expect.stringContaining('RoundRobin') });
    expect(error?.metadata.getMap()).toMatchObject({
      exception: 'persistent-subscription-failed',
      'stream-name': 'unknown',
      'group-name': 'g',
      reason: expect.stringContaining('RoundRobin'),
    });
  });

  it('with one correlation id go to the same subscriber with PinnedByCorrelation', async () => {
    await create(
      wire,
      createRequest('correlated', (settings) => settings.setConsumerStrategy('PinnedByCorrelation')),
    );
    const subscribers = [1, 2].map(() => subscribe(wire, 'correlated', 'string', 20));
    for (const { next } of subscribers) await next();
    const correlations = ['a', 'b', 'a', 'b', 'a', 'b'];
    await gateway.log.append(
      'correlated',
      correlations.map(($correlationId) => numbered({ $correlationId })),
      'any',
    );
    const revisions = await Promise.all(
      subscribers.map(async ({ next }) => {
        const events = [await next(), await next(), await next()];
        return events.map((message) => Number(Object(message).event.event.streamRevision) % 2);
      }),
    );
    expect(revisions).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    for (const { call } of subscribers) call.cancel();
  });
});

describe('access to persistent subscriptions', () => {
  const users = [{ name: 'someone', password: 'right' }];
  const as = (password: string) => {
    const metadata = new Metadata();
    metadata.set('authorization', basicAuthorization({ name: 'someone', password }));
    return metadata;
  };

  it.each([
    ['users', users, as('right')],
    ['no users', [], new Metadata()],
  ])('allows management only if the gateway is writable, with %s', async (_, known, metadata) => {
    const before = await start({ users: known });
    expect(await create(before.wire, createRequest('s'), metadata)).toBeNull();
    const { wire } = await start({ writable: false, users: known, log: before.gateway.log });
    const denied = { code: 7, details: 'Access Denied' };
    const refusal = (call: (done: (error: ServiceError | null) => void) => void) => new Promise(call);
    const [stream, group] = [identifier('s'), 'g'];
    const update = new UpdateReq.Options().setStreamIdentifier(stream).setGroupName(group);
    const remove = new DeleteReq.Options().setStreamIdentifier(stream).setGroupName(group);
    const replay = new ReplayParkedReq.Options().setStreamIdentifier(stream).setGroupName(group);
    expect(await create(wire, createRequest('t'), metadata)).toMatchObject(denied);
    expect(await refusal((done) => wire.update(new UpdateReq().setOptions(update), metadata, done))).toMatchObject(
      denied,
    );
    expect(await refusal((done) => wire.delete(new DeleteReq().setOptions(remove), metadata, done))).toMatchObject(
      denied,
    );
    expect(
      await refusal((done) => wire.replayParked(new ReplayParkedReq().setOptions(replay), metadata, done)),
    ).toMatchObject(denied);
    expect(await refusal((done) => wire.restartSubsystem(new Empty(), metadata, done))).toMatchObject(denied);
    const { call, next } = subscribe(wire, 's', 'string', 10, metadata);
    expect(await next()).toMatchObject({ subscriptionConfirmation: { subscriptionId: 's::g' } });
    call.cancel();
  });

  it('is limited to the users, if there are any', async () => {
    const { wire } = await start({ users });
    expect(await create(wire, createRequest('s'), as('right'))).toBeNull();
    expect(await create(wire, createRequest('t'), as('wrong'))).toMatchObject({ code: 16 });
    expect(await create(wire, createRequest('t'))).toMatchObject({ code: 7 });
    await expect(info(wire, 's')).rejects.toMatchObject({ code: 7 });
    expect(await subscribe(wire, 's', 'string').ended).toMatchObject({ code: 7 });
  });
});

import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { startTestGateway } from '../../support/gateway.js';
import {
  AppendReq,
  allOptions,
  BatchAppendReq,
  DeleteReq,
  Empty,
  readRequest,
  TombstoneReq,
} from '../../support/gateway-wire.js';

const users = [
  { name: 'reader', password: 'open-sesame' },
  { name: 'other', password: 'x' },
];

/** Answered in seven seconds: enough for the calls that must not wait for them, even on a loaded machine. */
const GUESSES = 65;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Starts a gateway with users; returns clients of it, and what it logs. */
async function start() {
  const logged: Record<string, unknown>[] = [];
  const note = (fields: object, message: string) => logged.push({ ...fields, message });
  const gateway = await startTestGateway({ users, logger: { info: note, warn: note, error: note } });
  closing.push(() => gateway.close());
  const { streams, persistentSubscriptions } = gateway.wire;
  return { logged, streams, groups: persistentSubscriptions };
}
type Clients = Awaited<ReturnType<typeof start>>;

function as(text: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Basic ${Buffer.from(text).toString('base64')}`);
  return metadata;
}

/** Reads $all; returns the status code of the call. */
function read({ streams }: Clients, metadata: Metadata): Promise<number> {
  return new Promise((resolve) => {
    const call = streams.read(readRequest(allOptions()), metadata);
    call.on('data', () => {});
    call.on('error', () => {}); // The status event reports it as well.
    call.on('status', ({ code }) => resolve(code));
  });
}

type Done = (error: ServiceError | null) => void;
interface Streaming {
  on(event: 'error', listener: Done): unknown;
  on(event: 'data', listener: () => void): unknown;
  write?(message: never): unknown;
}

function failing(call: Streaming, done: Done, first?: unknown): void {
  call.on('error', done);
  call.on('data', () => {});
  if (first !== undefined) call.write?.(first as never);
}

const CALLS: Readonly<Record<string, (clients: Clients, metadata: Metadata, done: Done) => unknown>> = {
  Read: ({ streams }, metadata, done) => failing(streams.read(readRequest(allOptions()), metadata), done),
  Append: ({ streams }, metadata, done) => streams.append(metadata, done).write(new AppendReq()),
  BatchAppend: ({ streams }, metadata, done) => failing(streams.batchAppend(metadata), done, new BatchAppendReq()),
  Delete: ({ streams }, metadata, done) => streams.delete(new DeleteReq(), metadata, done),
  Tombstone: ({ streams }, metadata, done) => streams.tombstone(new TombstoneReq(), metadata, done),
  Create: ({ groups }, metadata, done) => groups.create(new persistent.CreateReq(), metadata, done),
  Update: ({ groups }, metadata, done) => groups.update(new persistent.UpdateReq(), metadata, done),
  'PersistentSubscriptions/Delete': ({ groups }, metadata, done) =>
    groups.delete(new persistent.DeleteReq(), metadata, done),
  'PersistentSubscriptions/Read': ({ groups }, metadata, done) =>
    failing(groups.read(metadata), done, new persistent.ReadReq()),
  GetInfo: ({ groups }, metadata, done) => groups.getInfo(new persistent.GetInfoReq(), metadata, done),
  List: ({ groups }, metadata, done) => groups.list(new persistent.ListReq(), metadata, done),
  ReplayParked: ({ groups }, metadata, done) => groups.replayParked(new persistent.ReplayParkedReq(), metadata, done),
  RestartSubsystem: ({ groups }, metadata, done) => groups.restartSubsystem(new Empty(), metadata, done),
};

describe('a wrong password', () => {
  it.each(Object.entries(CALLS))('is refused and logged, without the password, in %s', async (name, call) => {
    const clients = await start();
    const error = await new Promise<ServiceError | null>((resolve) => {
      call(clients, as('reader:guess-0'), resolve);
    });
    expect(error?.code).toBe(16);
    expect(clients.logged).toEqual([
      {
        user: 'reader',
        method: expect.stringMatching(`${name}$`),
        peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        message: 'a call to the gateway had wrong credentials',
      },
    ]);
  });

  it.each(['guess-0', 'guess-0:', ':guess-0', 'guess-0:reader'])(
    'is not logged if it is sent as the name: %s',
    async (text) => {
      const clients = await start();
      expect(await read(clients, as(text))).toBe(16);
      expect(clients.logged).toMatchObject([{ user: 'unknown' }]);
      expect(JSON.stringify(clients.logged)).not.toContain('guess-0');
    },
  );

  it('is delayed, over all calls together, while correct ones are not', async () => {
    const clients = await start();
    let wrong = 0;
    const guesses = Array.from({ length: GUESSES }, async (_, n) => {
      expect(await read(clients, as(`reader:guess-${n}`))).toBe(16);
      wrong += 1;
    });
    const before = Date.now();
    for (let n = 0; n < 20; n += 1) expect(await read(clients, as('reader:open-sesame'))).toBe(0);
    expect(await read(clients, as('other:x'))).toBe(0);
    expect(wrong).toBeLessThan(GUESSES);
    await Promise.all(guesses);
    expect(Date.now() - before).toBeGreaterThan(3_000);
  });

  it('is not checked while too many wait, unlike credentials that were correct before', async () => {
    const clients = await start();
    expect(await read(clients, as('reader:open-sesame'))).toBe(0);
    const codes: number[] = [];
    let over = false;
    const guess = async (n: number) => {
      while (!over) codes.push(await read(clients, as(`reader:guess-${n}`)));
    };
    // 500 wait; the others fill each place that becomes free, however slow the machine is.
    for (let n = 0; n < 600; n += 1) void guess(n);
    while (codes.filter((code) => code === 8).length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await read(clients, as('other:y'))).toBe(8);
    expect(await read(clients, as('other:x'))).toBe(8);
    expect(await read(clients, as('reader:open-sesame'))).toBe(0);
    over = true;
    while (clients.logged.at(-1)?.calls === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clients.logged.at(-1)?.calls).toBeGreaterThan(10);
  });
});

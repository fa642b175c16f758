import { ALWAYS } from '#libs/engine/consumer/turn.js';
import { openEmbeddedLastingEntries } from '#libs/engine/documents/embedded/embedded-lasting-entries.js';
import type { Entry, LastingEntries } from '#libs/engine/documents/port/lasting-entries.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { StreamRecords } from '#libs/engine/event-store/records/stream-records.js';
import { bothEventStores } from '../../../../../test/support/both-event-stores.js';
import { silentLog } from '../../../../../test/support/silent-log.js';
import { tempFolder } from '../../../../../test/support/temp-folder.js';
import { keys } from '../state/delivery-keys.js';
import { Handover } from './handover.js';

const W = '1001';
const lineAt = (position: number): Entry => ({
  key: keys.line(W),
  value: { position: `${position}`, log: 'l', health: {} },
});
const attempts: Entry = { key: keys.attempts(W, 0), value: { attempts: [] } };
const replay: Entry = { key: keys.replay(W, 'r'), value: { position: '1', until: '9' } };
const request: Entry = { key: keys.request(W, 'q'), value: { kind: 'release' } };

describe.each(Object.entries(bothEventStores))('a handover of deliveries in %s', (_, open) => {
  let store: EventStore;
  let opened: { close(): Promise<void> }[] = [];
  let first: Server;
  let second: Server;

  /** A process with entries of its own on the store of all. */
  class Server {
    readonly handover: Handover;

    constructor(readonly entries: LastingEntries) {
      this.handover = new Handover(new StreamRecords(store, '', silentLog), entries, silentLog);
    }

    async begins(): Promise<void> {
      this.handover.begin();
      await this.handover.takeOver(W);
    }

    /** Stores something, as the deliveries do. */
    async stores(...writes: readonly Entry[]): Promise<void> {
      await this.entries.write(writes);
      this.handover.stored(writes);
    }

    shares(turn = ALWAYS): Promise<void> {
      return this.handover.share(turn, { all: true });
    }

    line(): Promise<object | undefined> {
      return this.entries.get(keys.line(W));
    }
  }

  const server = () => {
    const entries = openEmbeddedLastingEntries(tempFolder(), { readOnly: false, log: silentLog, what: 'entries' });
    opened.push(entries);
    return new Server(entries);
  };

  beforeEach(async () => {
    store = await open();
    opened = [store];
    [first, second] = [server(), server()];
    await first.begins();
  });
  afterEach(async () => {
    for (const each of opened.toReversed()) await each.close();
  });

  it('lets the next process begin where the one before it was', async () => {
    await first.stores(attempts, lineAt(5), replay);
    await first.shares();
    await second.stores(lineAt(2));
    await second.begins();
    expect(await second.line()).toEqual(lineAt(5).value);
    expect(await second.entries.get(replay.key)).toEqual(replay.value);
    expect(await second.entries.get(attempts.key)).toBeUndefined();
  });

  it('keeps what a process has stored after it shared last, if no other one has delivered since', async () => {
    await first.stores(attempts, lineAt(5));
    await first.shares();
    await first.stores(lineAt(7));
    await first.begins();
    expect(await first.line()).toEqual(lineAt(7).value);
  });

  it('gives a process that comes back what others have delivered meanwhile', async () => {
    await first.stores(attempts, lineAt(5), replay);
    await first.shares();
    await first.stores(lineAt(6), request);
    await second.begins();
    await second.entries.write([{ key: replay.key, value: undefined }]);
    await second.stores(attempts, lineAt(9));
    await second.shares();
    await first.begins();
    expect(await first.line()).toEqual(lineAt(9).value);
    expect(await first.entries.get(replay.key)).toBeUndefined();
    expect(await first.entries.get(request.key)).toBeUndefined();
  });

  it('shares nothing when the turn of the process is over', async () => {
    await first.stores(attempts, lineAt(5));
    await first.shares({ isValid: false });
    expect(await second.handover.list(W, keys.lines)).toEqual([]);
  });

  it('gets over a late write of the process before', async () => {
    await first.stores(attempts, lineAt(3));
    await first.shares();
    await second.begins();
    await first.stores(attempts, lineAt(5));
    await first.shares();
    await second.stores(attempts, lineAt(7));
    await second.shares();
    await second.shares();
    expect(await first.handover.list(W, keys.lines)).toEqual([lineAt(7)]);
  });

  it('writes nothing while only the place moves and nothing is delivered', async () => {
    await first.stores(attempts, lineAt(5));
    await first.shares();
    const head = await store.head();
    await first.stores(lineAt(6));
    await first.handover.share(ALWAYS);
    expect(await store.head()).toBe(head);
  });

  it('passes on what callers ask of any process, and keeps it until it is done', async () => {
    await second.handover.request(request);
    await first.handover.fetchRequests();
    expect(await first.entries.list(keys.requests)).toEqual([request]);
    await second.begins(); // the first one has died
    await second.handover.fetchRequests();
    expect(await second.entries.list(keys.requests)).toEqual([request]);
    await second.stores({ ...request, value: undefined } as never);
    await second.handover.fetchRequests();
    const third = server();
    await third.begins();
    await third.handover.fetchRequests();
    expect(await third.entries.list(keys.requests)).toEqual([]);
  });

  it('passes a replay on, with its place as soon as this is shared', async () => {
    await second.handover.request(replay);
    await first.handover.fetchRequests();
    const further = { key: replay.key, value: { position: '4', until: '9' } };
    await first.stores(lineAt(5), further);
    await first.shares();
    await first.handover.fetchRequests();
    await second.begins();
    await second.handover.fetchRequests();
    expect(await second.entries.list(keys.replays)).toEqual([further]);
    await second.stores({ ...replay, value: undefined } as never);
    await second.handover.fetchRequests();
    expect(await second.entries.list(keys.replays)).toEqual([]);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { UnhandledEventError } from '#libs/engine/consumer/consumer-status.js';
import { openEmbeddedReadModel } from '#libs/engine/documents/embedded/embedded-read-model.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { DecodedEvent } from '#libs/engine/events/decoded-event.js';
import type { ApplicationEvent } from '#libs/registry/applications/index.js';
import { features } from '#libs/registry/features.js';
import { combineFeatures } from '#libs/registry/shared/features/combine-features.js';
import { ConsumesEvents, type EventConsumer } from '#libs/registry/shared/features/event-consumer.js';
import { bothEventStores } from '../../../test/support/both-event-stores.js';
import { scene } from '../../../test/support/removal-scene.js';
import { silentLog } from '../../../test/support/silent-log.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { type Background, composeBackground } from './compose-background.js';
import type { Stores } from './open-stores.js';

type Added = Extract<ApplicationEvent, { readonly type: 'ApplicationAdded' | 'ApiConfigAdded' }>;

const POLL_MS = 5;

@Injectable()
@ConsumesEvents('arrivals', 'ApplicationAdded', 'ApiConfigAdded')
class Arrivals implements EventConsumer<Added> {
  readonly seen: string[] = [];
  /** Called before an event is handled. */
  before: (event: DecodedEvent<Added>) => void = () => undefined;

  async handle(event: DecodedEvent<Added>): Promise<void> {
    this.before(event);
    this.seen.push(`${event.type} ${event.data.appId}`);
  }
}

const withArrivals = combineFeatures([
  ...features.features,
  { name: 'arrivals', providers: [Arrivals], consumers: [Arrivals] },
]);

describe.each(Object.entries(bothEventStores))('a consumer of a feature, on %s', (_, open) => {
  let store: EventStore;
  let readModel: ReadModel;
  let arrivals: Arrivals;
  let background: Background;

  /** Another process with the same stores. */
  const process = (readOnly = false) => {
    arrivals = new Arrivals();
    const folder = { path: '', readOnly, close: () => undefined };
    const stores = { folder, eventStore: store, readModel, readModelIsShared: false } as unknown as Stores;
    background = composeBackground(stores, {
      features: { ...withArrivals, work: [] },
      instanceOf: (type) => (type === Arrivals ? arrivals : new type()) as never,
      registry: new Registry(),
      log: silentLog,
    });
  };
  const report = () => background.consumers.reports()[0];
  const handled = async (count: number) => {
    while (arrivals.seen.length < count) await delay(POLL_MS);
  };
  const both = (appId: string) => [`ApplicationAdded ${appId}`, `ApiConfigAdded ${appId}`];

  beforeEach(async () => {
    store = await open();
    readModel = openEmbeddedReadModel(tempFolder());
    process();
  });
  afterEach(async () => {
    await background.stop();
    await readModel.close();
    await store.close();
  });

  it('handles the events of its types in their order, those from before its start first', async () => {
    const first = await scene(store, ['ApplicationDeactivated']);
    background.start();
    await handled(2);
    const second = await scene(store, []);
    await handled(4);
    expect(arrivals.seen).toEqual([...both(first.appId), ...both(second.appId)]);
    expect(report()).toMatchObject({
      name: 'arrivals',
      role: 'working',
      events: ['ApplicationAdded', 'ApiConfigAdded'],
    });
  });

  it('goes on behind the last event that it has handled when the process starts again', async () => {
    await scene(store, []);
    background.start();
    await handled(2);
    await background.stop();
    process();
    const second = await scene(store, []);
    background.start();
    await handled(2);
    expect(arrivals.seen).toEqual(both(second.appId));
  });

  it('tries an event again that fails, and does not repeat those before it', async () => {
    const { appId } = await scene(store, []);
    let failures = 2;
    arrivals.before = ({ type }) => {
      if (type === 'ApiConfigAdded' && failures-- > 0) throw new Error('not now');
    };
    background.start();
    await handled(2);
    expect(arrivals.seen).toEqual(both(appId));
  });

  it('stops before an event that it cannot handle, which health shows', async () => {
    const { appId } = await scene(store, []);
    arrivals.before = ({ type }) => {
      if (type !== 'ApiConfigAdded') return;
      const place = { id: 'e', type, stream: `application-${appId}`, position: 1n };
      throw new UnhandledEventError(place, 'never');
    };
    background.start();
    while (report()?.state !== 'failed') await delay(POLL_MS);
    expect(arrivals.seen).toEqual([`ApplicationAdded ${appId}`]);
    expect(report()?.failure).toMatchObject({ message: 'never', event: { type: 'ApiConfigAdded' } });
  });

  it('does not run where nothing can be written', async () => {
    process(true);
    background.start();
    expect(report()).toMatchObject({ role: 'elsewhere', state: 'stopped' });
  });
});

describe('a manifest with consumers', () => {
  it('is refused when no feature declares an event of theirs', () => {
    @ConsumesEvents('strange', 'NothingOfTheKind')
    class Strange extends Arrivals {}
    const strange = { name: 'strange', providers: [Strange], consumers: [Strange] };
    expect(() => combineFeatures([...features.features, strange])).toThrow(
      'the consumer strange handles NothingOfTheKind, which no feature declares',
    );
  });

  it('is refused when two have one name, or one is no provider, or is not declared', () => {
    const arrival = { name: 'arrivals', providers: [Arrivals], consumers: [Arrivals, Arrivals] };
    expect(() => combineFeatures([...features.features, arrival])).toThrow('two consumers are called arrivals');
    expect(() => combineFeatures([...features.features, { name: 'a', consumers: [Arrivals] }])).toThrow(
      'the consumer arrivals must be among the providers of its feature',
    );
    class Undeclared extends Arrivals {}
    expect(() => combineFeatures([{ name: 'a', providers: [Undeclared], consumers: [Undeclared] }])).toThrow(
      'Undeclared must be declared with @ConsumesEvents',
    );
  });
});

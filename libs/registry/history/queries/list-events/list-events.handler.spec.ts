import { randomUUID } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ListEventsRequestSchema } from '@zitadel/proto/zitadel/admin_pb.js';
import type { EmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { StreamDeletedError } from '#libs/engine/event-store/port/event-store.errors.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import { features } from '#libs/registry/features.js';
import { Projecting } from '../../../../../test/support/projecting.js';
import { ListEventsHandler } from './list-events.handler.js';
import { ListEventsQuery } from './list-events.query.js';

/** More events than a store filters in one turn. */
const MANY = 2_500;

let projecting: Projecting;
let caller: AbortController;

beforeEach(async () => {
  projecting = await Projecting.open();
  caller = new AbortController();
});
afterEach(() => projecting.close());

async function list(request: MessageInitShape<typeof ListEventsRequestSchema>, store = projecting.eventStore) {
  const query = new ListEventsQuery(create(ListEventsRequestSchema, request), caller.signal);
  return new ListEventsHandler(store, features.codec, features.publicEvents).execute(query);
}

it.each([
  ['the whole store', { asc: true, eventTypes: ['project.application.added'] }],
  ['an aggregate', { aggregateId: '1' }],
])('the search of %s ends when its caller has disconnected', async (_, request) => {
  await projecting.addForeign(MANY);
  await projecting.addApplication('1');
  expect(await list(request)).not.toEqual([]);
  const listed = list(request);
  caller.abort();
  expect(await listed).toEqual([]);
});

it.each([true, false])(
  'a stream that is deleted for good while it is read is listed to its end, each event once (ascending: %s)',
  async (asc) => {
    await projecting.addApplication('1');
    await projecting.addApplication('12');
    const { eventStore } = projecting;
    const cutOff: EventStore = Object.assign(Object.create(eventStore), {
      async *readStream(...[stream, options]: Parameters<EventStore['readStream']>) {
        for await (const event of eventStore.readStream(stream, options)) {
          yield event;
          throw new StreamDeletedError(stream);
        }
      },
    });
    const listed = await list({ aggregateId: '1', asc }, cutOff);
    const types = ['ApplicationAdded', 'ApiConfigAdded'];
    expect(listed.map(({ type }) => type)).toEqual(asc ? types : types.toReversed());
  },
);

it('an event that is marked as JSON but is not JSON hides no other event', async () => {
  await projecting.addApplication('1');
  const content = { data: Buffer.from('{'), metadata: Buffer.from('{}') };
  const event = { id: randomUUID(), type: 'ApplicationChanged', isJson: true, ...content };
  await (projecting.eventStore as EmbeddedEventStore).log.append('application-1', [event], 'any');
  const listed = await list({ asc: true });
  expect(listed.map(({ type }) => type)).toEqual(['ApplicationAdded', 'ApiConfigAdded']);
});

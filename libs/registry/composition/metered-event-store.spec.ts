import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { openEmbeddedEventStore } from '#libs/engine/event-store/embedded/embedded-event-store.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { meteredEventStore } from './metered-event-store.js';

const event = () => ({ id: randomUUID(), type: 't', data: {}, metadata: {} });

it('counts appends by their outcome', async () => {
  const registry = new Registry();
  const store = meteredEventStore(await openEmbeddedEventStore({ path: tempFolder(), readOnly: false }), registry);
  await store.append('s', [event()], 'noStream');
  await store.appendInOrder([
    { stream: 'a', events: [event()], expected: 'noStream' },
    { stream: 'b', events: [event()], expected: 'noStream' },
  ]);
  await expect(store.append('s', [event()], 'noStream')).rejects.toThrow();
  await expect(store.append('', [event()], 'noStream')).rejects.toThrow();
  await store.close();
  const counts = [...(await registry.metrics()).matchAll(/_count\{outcome="(\w+)"\} (\d+)/g)];
  expect(counts.map(([, outcome, count]) => [outcome, count])).toEqual([
    ['written', '2'],
    ['conflict', '1'],
    ['failed', '1'],
  ]);
});

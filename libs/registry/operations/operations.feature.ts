import { projectionEvents, projectionStreams } from '#libs/engine/projector/projection.events.js';
import { storeEvents, storeStreams } from '#libs/engine/projector/store.events.js';
import { managementService } from '#libs/registry/contract/services.js';
import type { Feature } from '#libs/registry/shared/features/feature.js';
import { HealthzRpc } from './healthz.rpc.js';

/** Operations: the decisions of operators, the identity of the event store, and a call that says the server answers. */
export const operationsFeature: Feature = {
  name: 'operations',
  events: { ...projectionEvents, ...storeEvents },
  streams: [
    {
      ...projectionStreams,
      idText: '<projection>',
      holds: 'the decisions of operators about one projection, or about `all`',
      aggregateType: 'projection',
      events: projectionEvents,
    },
    {
      ...storeStreams,
      idText: '',
      holds: 'the identity of the event store, where the store itself has none',
      events: storeEvents,
    },
  ],
  services: [managementService],
  calls: [HealthzRpc],
  groups: { Health: 'Whether the server answers.' },
};

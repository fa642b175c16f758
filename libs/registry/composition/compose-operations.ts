import { systemClock } from '#libs/engine/kernel/clock.js';
import type { Operations } from '#libs/engine/operations/operation.js';
import { ProjectionOperations } from '#libs/engine/operations/projection-operations.js';
import { features } from '#libs/registry/features.js';
import { answersOfStore } from './answers-of-store.js';
import { copyStores } from './copy-stores.js';
import type { Stores } from './open-stores.js';
import { withScratchReadModel } from './scratch-read-model.js';

/** The operations that operators can request of a process, on the stores that it has opened. */
export function composeOperations(stores: Stores): Operations {
  const { eventStore, readModel, identity } = stores;
  const parts = {
    eventStore,
    codec: features.codec,
    readModel,
    identity,
    clock: systemClock,
    withScratch: withScratchReadModel,
  };
  const onProjections = new ProjectionOperations(features.projections, parts);
  const ask = answersOfStore(eventStore, identity);
  return {
    async run(request, tell, abandoned) {
      if (request.operation === 'ask') return ask(request);
      if (request.operation !== 'copy') return onProjections.run(request, tell);
      await copyStores(stores, request.to, tell, abandoned);
      return { lines: [], ok: true };
    },
  };
}

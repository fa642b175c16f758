import { systemClock } from '#libs/kernel/clock.js';
import { ProjectionOperations } from '#libs/operations/projection-operations.js';
import { projections } from '#libs/projections/projections.js';
import type { Stores } from './open-stores.js';
import { withScratchReadModel } from './scratch-read-model.js';

/** What operators can ask of a process, on the stores that it has opened. */
export function composeOperations({ eventStore, readModel, identity }: Stores): ProjectionOperations {
  const parts = { eventStore, readModel, identity, clock: systemClock, withScratch: withScratchReadModel };
  return new ProjectionOperations(projections, parts);
}

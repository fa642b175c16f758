import type { EventStore } from '#libs/event-store/port/event-store.js';
import type { Clock } from '#libs/kernel/clock.js';
import type { Projection } from '#libs/projections/projection.js';
import { noGenerations } from '#libs/projections/runner/generations.js';
import { type KeeperReport, keeperReportRecord } from '#libs/projections/runner/keeper-report.js';
import type { LogIdentity } from '#libs/projections/runner/log-identity.js';
import { type Generations, generationsRecord } from '#libs/read-model/port/generations.js';
import type { ReadModel } from '#libs/read-model/port/read-model.js';

/** What operations work on. */
export interface OperationParts {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly identity: LogIdentity;
  readonly clock: Clock;
  /** Opens an empty read model, and throws it away when the work is done. */
  withScratch<R>(work: (scratch: ReadModel) => Promise<R>): Promise<R>;
}

/** Which generations of a projection's documents there are. */
export async function generationsOf({ collection }: Projection, { readModel }: OperationParts): Promise<Generations> {
  return (await readModel.record<Generations>(generationsRecord(collection)))?.value ?? noGenerations;
}

/** What the process that keeps a projection has last said of it. */
export async function reportOn({ collection }: Projection, { readModel }: OperationParts): Promise<KeeperReport> {
  return (await readModel.record<KeeperReport>(keeperReportRecord(collection)))?.value ?? {};
}

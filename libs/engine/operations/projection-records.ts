import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { noGenerations } from '#libs/engine/projector/generations.js';
import { type KeeperReport, keeperReportRecord } from '#libs/engine/projector/keeper-report.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import type { Projection } from '#libs/engine/projector/projection.js';

/** The parts that operations use. */
export interface OperationParts {
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
  readonly readModel: ReadModel;
  readonly identity: LogIdentity;
  readonly clock: Clock;
  /** Runs work with an empty read model that is deleted afterwards. */
  withScratch<R>(work: (scratch: ReadModel) => Promise<R>): Promise<R>;
}

/** The generations of a projection's documents. */
export async function generationsOf({ collection }: Projection, { readModel }: OperationParts): Promise<Generations> {
  return (await readModel.record<Generations>(generationsRecord(collection)))?.value ?? noGenerations;
}

/** The latest report of the process that runs a projection. */
export async function reportOn({ collection }: Projection, { readModel }: OperationParts): Promise<KeeperReport> {
  return (await readModel.record<KeeperReport>(keeperReportRecord(collection)))?.value ?? {};
}

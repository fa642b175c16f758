import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import type { ReadModel } from '#libs/engine/documents/port/read-model.js';
import type { EventStore } from '#libs/engine/event-store/port/event-store.js';
import type { EventCodec } from '#libs/engine/events/event-codec.js';
import type { Clock } from '#libs/engine/kernel/clock.js';
import { noGenerations } from '#libs/engine/projector/generations.js';
import { type KeeperReport, keeperReportRecord } from '#libs/engine/projector/keeper-report.js';
import type { LogIdentity } from '#libs/engine/projector/log-identity.js';
import type { Projection } from '#libs/engine/projector/projection.js';

/** What operations work on. */
export interface OperationParts {
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
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

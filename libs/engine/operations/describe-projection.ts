import { lagOf, MAX_LAG_EVENTS } from '#libs/engine/consumer/lag.js';
import { logMismatch } from '#libs/engine/consumer/log-match.js';
import { type Generation, inGeneration } from '#libs/engine/documents/port/generations.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import type { OperationResult } from './operation.js';
import { generationsOf, type OperationParts, reportOn } from './projection-records.js';

/** The state of the documents that answer queries. */
interface Serving {
  readonly generation: number;
  readonly position: string;
  /** False: they are of another event log and will be rebuilt when a process runs the projections. */
  readonly ofThisLog: boolean;
  /** The number of events that have not been projected, counted up to MAX_LAG_EVENTS. */
  readonly lagEvents?: number;
  readonly lagSeconds?: number;
}

/** Describes the state of a projection, with the event at which it has stopped. */
export async function describeProjection(projection: Projection, parts: OperationParts): Promise<OperationResult> {
  const { name } = projection;
  const generation = (await generationsOf(projection, parts)).serving;
  const serving = generation && (await servingOf(projection, generation, parts));
  const { failure, filling } = await reportOn(projection, parts);
  const lines = [`${name}: ${serving === undefined ? 'not built yet' : servingText(serving)}`];
  if (filling !== undefined) lines.push(`  generation ${filling.generation} is being built: ${filling.progress}`);
  if (failure !== undefined) lines.push(`  stopped: ${failure.message}`);
  if (failure?.event !== undefined) {
    lines.push(`  to leave it out: projections skip ${name} --event ${failure.event.id} --reason "…"`);
  }
  const data = { name, ...(serving && { serving }), ...(filling && { filling }), ...(failure && { failure }) };
  return { lines, ok: true, data };
}

async function servingOf(
  { collection, ...projection }: Projection,
  { number: generation, log }: Generation,
  { eventStore, codec, readModel, identity, clock }: OperationParts,
): Promise<Serving> {
  const served = inGeneration(collection, generation);
  const checkpoint = await readModel.checkpoint(served);
  const lastEvent = await readModel.lastEvent(served);
  const isOther = (await identity.current()) !== log;
  const place = { streamPrefixes: codec.streams.prefixes, checkpoint, lastEvent };
  const ofThisLog = !isOther && (await logMismatch(eventStore, place)) === undefined;
  const known = { generation, position: checkpoint.toString(), ofThisLog };
  if (!ofThisLog) return known;
  const { events, seconds } = await lagOf(projection, checkpoint, eventStore, clock());
  return { ...known, lagEvents: events, lagSeconds: seconds };
}

function servingText({ generation, position, ofThisLog, lagEvents = 0, lagSeconds = 0 }: Serving): string {
  if (!ofThisLog) {
    return `generation ${generation} is of another event log: it is built again when a process runs the projections`;
  }
  const more = lagEvents === MAX_LAG_EVENTS ? ' or more' : '';
  const lag = lagEvents === 0 ? 'up to date' : `${lagEvents}${more} events and ${lagSeconds.toFixed(1)} s behind`;
  return `generation ${generation} serves, at position ${position}, ${lag}`;
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Generations, generationsRecord } from '#libs/engine/documents/port/generations.js';
import { noGenerations, rebuilding } from '#libs/engine/projector/generations.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { OperationError, type OperationResult, type TellProgress } from './operation.js';
import { generationsOf, type OperationParts, reportOn } from './projection-records.js';

/** The time between two checks of a rebuild. */
const CHECK_MS = 500;

/**
 * Starts a new generation of a projection's documents and waits until it serves.
 *
 * @throws OperationError it stops at an event, or the read model was dropped meanwhile
 */
export async function rebuildProjection(
  projection: Projection,
  parts: OperationParts,
  tell: TellProgress,
): Promise<OperationResult> {
  const { name } = projection;
  const wanted = await begin(projection, parts);
  let told = '';
  for (;;) {
    const { serving, newest } = await generationsOf(projection, parts);
    if (serving !== undefined && serving.number >= wanted) {
      const line = `${name}: generation ${serving.number} has been built and serves`;
      return { lines: [line], ok: true, data: { name, generation: serving.number } };
    }
    if (newest < wanted) throw new OperationError('the read model has been dropped meanwhile: try again');
    const { failure, filling } = await reportOn(projection, parts);
    if (failure?.generation === wanted) throw new OperationError(failure.message);
    const line = filling?.generation === wanted ? filling.progress : 'waiting for a process that runs the projections';
    if (line !== told) tell(`${name}: ${line}`);
    told = line;
    await delay(CHECK_MS);
  }
}

async function begin(projection: Projection, { readModel, identity, clock }: OperationParts): Promise<number> {
  const name = generationsRecord(projection.collection);
  const making = { definition: projection.definition, log: await identity.current() };
  for (;;) {
    const stored = await readModel.record<Generations>(name);
    const next = rebuilding(stored?.value ?? noGenerations, making, clock());
    if ((await readModel.putRecord(name, next, stored?.version)) !== undefined) return next.newest;
  }
}

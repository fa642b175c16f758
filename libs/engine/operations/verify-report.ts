import { inGeneration } from '#libs/engine/documents/port/generations.js';
import type { Projection } from '#libs/engine/projector/projection.js';
import { OperationError, type OperationResult, type TellProgress } from './operation.js';
import { generationsOf, type OperationParts } from './projection-records.js';
import { verifyProjection } from './verify-projection.js';

/** The number of differences that are listed; further ones are counted. */
const MAX_NAMED_DIFFERENCES = 100;

/**
 * Verifies the documents of a projection that answer queries, and reports the result.
 *
 * @throws OperationError they have not been built yet
 */
export async function verifyReport(
  projection: Projection,
  parts: OperationParts,
  tell: TellProgress,
): Promise<OperationResult> {
  const { name, collection } = projection;
  const { serving } = await generationsOf(projection, parts);
  if (serving === undefined) throw new OperationError(`${name} are not built yet: there is nothing to verify`);
  const served = inGeneration(collection, serving.number);
  const { documents, differences } = await parts.withScratch((scratch) =>
    verifyProjection(projection, served, { ...parts, scratch }, tell),
  );
  const named = differences.slice(0, MAX_NAMED_DIFFERENCES);
  const rest = differences.length - named.length;
  const found = differences.length === 0 ? 'all are what their events say' : `${differences.length} differ`;
  return {
    lines: [
      ...named.map(({ id, what }) => `${name} ${id} ${what}`),
      ...(rest > 0 ? [`… and ${rest} more`] : []),
      `${name}: ${documents} documents compared, ${found}`,
      ...(differences.length > 0 ? [`to build them again: projections rebuild ${name}`] : []),
    ],
    ok: differences.length === 0,
    data: { name, documents, differing: differences.length, differences: named },
  };
}

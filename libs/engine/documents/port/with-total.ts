import type { Find, Found } from './read-model.js';

/** Adds to the documents of a stretch how many match in all, which is counted only where the stretch does not tell. */
export async function withTotal<D extends object>(
  documents: readonly D[],
  { skip = 0, limit = Number.POSITIVE_INFINITY }: Find,
  count: () => number | Promise<number>,
): Promise<Found<D>> {
  const holdsTheLast = documents.length < limit && (skip === 0 || documents.length > 0);
  return { documents, total: holdsTheLast ? skip + documents.length : await count() };
}

import type { Find, Found } from './read-model.js';

/** Adds the total number of matches to a page of documents. They are counted only if the page does not show the number. */
export async function withTotal<D extends object>(
  documents: readonly D[],
  { skip = 0, limit = Number.POSITIVE_INFINITY }: Find,
  count: () => number | Promise<number>,
): Promise<Found<D>> {
  const isLastPage = documents.length < limit && (skip === 0 || documents.length > 0);
  return { documents, total: isLastPage ? skip + documents.length : await count() };
}

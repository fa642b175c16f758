import type { MadeDocuments } from '../port/past-documents.js';
import { type Collection, type DocumentReader, type Find, type Found, NOTHING_PROJECTED } from '../port/read-model.js';
import { documentOrder } from './compare-documents.js';
import { predicateOf } from './mongo-filter.js';

/** Reads documents that were made for one answer, with the same filters and orders as stored ones. */
export function documentsInMemory({ collections, position, time }: MadeDocuments): DocumentReader {
  const of = <D extends object>({ name }: Collection<D>) => (collections.get(name) ?? []) as readonly D[];
  return {
    opened: async () => undefined,
    get: async (collection, id) => of(collection).find((document) => (document as { id?: string }).id === id),
    find: async <D extends object>(collection: Collection<D>, find: Find): Promise<Found<D>> => {
      const { filter, sort, skip = 0, limit = Number.MAX_SAFE_INTEGER } = find;
      const found = of(collection).filter(predicateOf(filter)).toSorted(documentOrder(sort));
      return { documents: found.slice(skip, skip + limit), total: found.length };
    },
    checkpoint: async () => position ?? NOTHING_PROJECTED,
    viewTime: async () => time,
  };
}

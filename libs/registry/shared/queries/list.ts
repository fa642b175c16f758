import { type ListQuery, ListQuerySchema } from '@zitadel/proto/zitadel/object_pb.js';
import type { Collection, DocumentReader, Filter, Found } from '#libs/engine/documents/port/read-model.js';
import { FollowsListLimit, listLimit } from '#libs/registry/contract/list-limits.js';

/** The largest offset that a number represents exactly. */
const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

/** A filter that matches no document: every document has an id. */
export const NONE: Filter = { id: { $exists: false } };

/** A page of a list, as the request selects it. */
export class Page {
  @FollowsListLimit(ListQuerySchema.field.limit, 'offset')
  readonly limit: number;

  readonly offset: number;
  /** Oldest first. */
  readonly ascending: boolean;

  constructor(query: Pick<ListQuery, 'offset' | 'limit' | 'asc'> | undefined) {
    this.limit = listLimit(query);
    const offset = query?.offset ?? 0n;
    this.offset = Number(offset < MAX_OFFSET ? offset : MAX_OFFSET);
    this.ascending = query?.asc ?? false;
  }
}

/** A page of a list, and facts about the whole list. */
export interface Listed<D extends object> extends Found<D> {
  /** The documents contain all events up to this position in $all. */
  readonly position: bigint;
  /** When the newest event in the documents was recorded, in milliseconds since 1970; undefined: there is none. */
  readonly viewTime: number | undefined;
}

/** The documents that match, in the order of their creation, and by id where they were created at the same time. */
export async function listed<D extends object>(
  documents: DocumentReader,
  collection: Collection<D>,
  filter: Filter,
  { offset: skip, limit, ascending }: Page,
): Promise<Listed<D>> {
  const direction = ascending ? 1 : -1;
  const sort = [
    ['details.creationDate', direction],
    ['id', direction],
  ] as const;
  const [position, viewTime] = await Promise.all([documents.checkpoint(collection), documents.viewTime(collection)]);
  const { documents: found, total } = await documents.find(collection, { filter, sort, skip, limit });
  return { documents: found, total, position, viewTime };
}

import { type ListQuery, ListQuerySchema } from '@zitadel/proto/zitadel/object_pb.js';
import type { Collection, DocumentReader, Filter, Found } from '#libs/engine/documents/port/read-model.js';
import { FollowsListLimit, listLimit } from '#libs/registry/contract/list-limits.js';

/** Beyond this a place in a list cannot be counted exactly. */
const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

/** A filter that nothing matches: a text is never absent. */
export const NONE: Filter = { id: { $exists: false } };

/** Which page of a list is wanted. Queries extend it. */
export class Page {
  @FollowsListLimit(ListQuerySchema.field.limit, 'offset')
  readonly limit: number;

  readonly offset: number;
  /** Oldest first. */
  readonly ascending: boolean;

  constructor(query: ListQuery | undefined) {
    this.limit = listLimit(query);
    const offset = query?.offset ?? 0n;
    this.offset = Number(offset < MAX_OFFSET ? offset : MAX_OFFSET);
    this.ascending = query?.asc ?? false;
  }
}

/** A page of a list, with what holds for the whole. */
export interface Listed<D extends object> extends Found<D> {
  /** Everything up to this position in $all is in them. */
  readonly position: bigint;
  /** When the newest event was recorded that they hold, in milliseconds since 1970; undefined: they hold none. */
  readonly viewTime: number | undefined;
}

/** The documents that match, in the order in which they came to be, those of the same moment by their ids. */
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
  const found = await documents.find(collection, { filter, sort, skip, limit });
  return { ...found, position, viewTime };
}

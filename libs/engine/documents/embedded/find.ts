import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Collection, Find, Found } from '../port/read-model.js';
import { withTotal } from '../port/with-total.js';
import { documentOrder } from './compare-documents.js';
import { idIn, type KeyRange, rangeBeyond, rangeOf } from './document-keys.js';
import { indexName, indexPart } from './index-entries.js';
import { predicateOf } from './mongo-filter.js';
import { planQuery, type QueryPlan } from './query-plan.js';
import type { TableReader } from './table-reader.js';

/** Documents that are examined without a pause, which takes about a millisecond; then the event loop is free. */
const PAGE_DOCUMENTS = 100;

/** A list of so many documents is read without a pause: it is the longest that a call answers. */
const MAX_DOCUMENTS_AT_ONCE = 1_000;

/** The page to return of all documents that match. */
type Page = Pick<Find, 'skip' | 'limit'>;

/** The index to walk along. */
type Walk = NonNullable<QueryPlan['walk']>;

/**
 * Finds the documents that match, in the requested order. Documents that are written meanwhile may be included or not;
 * every other document is seen exactly once.
 */
export async function findIn<D extends object>(
  reader: TableReader,
  collection: Collection<D>,
  find: Find,
): Promise<Found<D>> {
  const { filter, sort, skip = 0, limit = Number.MAX_SAFE_INTEGER } = find;
  const plan = planQuery(reader.indexesOf(collection) ?? [], find);
  if (plan.walk !== undefined && plan.exact && plan.ordered) {
    const range = rangeFor(collection, plan.walk);
    const keys = reader.entriesIn(range, plan.walk.backwards, limit, skip);
    return withTotal(await pausing(reader, collection, keys), find, () => reader.countEntriesIn(range));
  }
  const pages = plan.walk === undefined ? everyPage(reader, collection) : walkedPages(reader, collection, plan.walk);
  const isMatch = predicateOf(filter);
  if (plan.ordered) return matching(pages, isMatch, find);
  const { documents, total } = await matching(pages, isMatch, {});
  return { documents: [...documents].sort(documentOrder(sort)).slice(skip, skip + limit), total };
}

/** The documents of index entries. Between two pages of them the event loop is free. */
async function pausing<D extends object>(
  reader: TableReader,
  collection: Collection<D>,
  entries: readonly Buffer[],
): Promise<readonly D[]> {
  if (entries.length <= MAX_DOCUMENTS_AT_ONCE) return documentsOf(reader, collection, entries, false);
  const documents: D[] = [];
  for (let from = 0; from < entries.length; from += PAGE_DOCUMENTS) {
    if (from > 0) await nextTurn();
    reader.assertOpen();
    for (const one of documentsOf(reader, collection, entries.slice(from, from + PAGE_DOCUMENTS), true))
      documents.push(one);
  }
  return documents;
}

async function matching<D extends object>(
  pages: Iterable<readonly D[]>,
  isMatch: (document: object) => boolean,
  { skip = 0, limit = Number.MAX_SAFE_INTEGER }: Page,
): Promise<Found<D>> {
  const documents: D[] = [];
  let total = 0;
  let isFirst = true;
  for (const page of pages) {
    if (!isFirst) await nextTurn();
    isFirst = false;
    for (const document of page) {
      if (!isMatch(document)) continue;
      if (total >= skip && documents.length < limit) documents.push(document);
      total += 1;
    }
  }
  return { documents, total };
}

function* everyPage<D extends object>(reader: TableReader, collection: Collection<D>): Generator<readonly D[]> {
  for (let after = ''; ; ) {
    const page = reader.page(collection, after, PAGE_DOCUMENTS);
    yield page.flatMap(({ document }) => document ?? []);
    if (page.length < PAGE_DOCUMENTS) return;
    reader.assertOpen();
    after = page.at(-1)?.id ?? '';
  }
}

/** Continues after the last key, not at an offset: entries are added and removed between two pages. */
function* walkedPages<D extends object>(
  reader: TableReader,
  collection: Collection<D>,
  walk: Walk,
): Generator<readonly D[]> {
  for (let range = rangeFor(collection, walk); ; ) {
    const keys = reader.entriesIn(range, walk.backwards, PAGE_DOCUMENTS);
    yield documentsOf(reader, collection, keys, true);
    const last = keys.at(-1);
    if (last === undefined || keys.length < PAGE_DOCUMENTS) return;
    reader.assertOpen();
    range = rangeBeyond(range, last, walk.backwards);
  }
}

function documentsOf<D extends object>(
  reader: TableReader,
  collection: Collection<D>,
  entries: readonly Buffer[],
  isScan: boolean,
): readonly D[] {
  const documents: D[] = [];
  for (const entry of entries) {
    const document = reader.stored(collection, idIn(entry), isScan)?.document;
    if (document !== undefined) documents.push(document);
  }
  return documents;
}

function rangeFor({ name }: Collection<object>, { index, values }: Walk): KeyRange {
  return rangeOf(name, indexName(index), ...values.map(indexPart));
}

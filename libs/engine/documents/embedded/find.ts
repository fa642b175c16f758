import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Collection, Find, Found } from '../port/read-model.js';
import { withTotal } from '../port/with-total.js';
import { documentOrder } from './compare-documents.js';
import { idIn, type KeyRange, rangeBeyond, rangeOf } from './document-keys.js';
import type { DocumentTables } from './document-tables.js';
import { indexName, indexPart } from './index-entries.js';
import { predicateOf } from './mongo-filter.js';
import { planQuery, type QueryPlan } from './query-plan.js';

/** Looked at in one go, about a millisecond's work: then everything else that the process does has its turn. */
const PAGE_DOCUMENTS = 100;

/** Documents of a stretch, out of all that are looked at. */
type Stretch = Pick<Find, 'skip' | 'limit'>;

/** The index to walk along. */
type Walk = NonNullable<QueryPlan['walk']>;

/**
 * The documents that match, in the order asked for. What is written while they are looked at may be among them or not;
 * a document that nobody writes meanwhile is seen once.
 */
export async function findIn<D extends object>(
  tables: DocumentTables,
  collection: Collection<D>,
  find: Find,
): Promise<Found<D>> {
  const { filter, sort, skip = 0, limit = Number.MAX_SAFE_INTEGER } = find;
  const plan = planQuery(tables.indexesOf(collection), find);
  if (plan.walk !== undefined && plan.exact && plan.ordered) {
    const range = rangeFor(collection, plan.walk);
    const keys = tables.entriesIn(range, plan.walk.backwards, limit, skip);
    return withTotal(documentsOf(tables, collection, keys, false), find, () => tables.countEntriesIn(range));
  }
  const pages = plan.walk === undefined ? everyPage(tables, collection) : walkedPages(tables, collection, plan.walk);
  const isMatch = predicateOf(filter);
  if (plan.ordered) return matching(pages, isMatch, find);
  const { documents, total } = await matching(pages, isMatch, {});
  return { documents: [...documents].sort(documentOrder(sort)).slice(skip, skip + limit), total };
}

async function matching<D extends object>(
  pages: Iterable<readonly D[]>,
  isMatch: (document: object) => boolean,
  { skip = 0, limit = Number.MAX_SAFE_INTEGER }: Stretch,
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

function* everyPage<D extends object>(tables: DocumentTables, collection: Collection<D>): Generator<readonly D[]> {
  for (let after = ''; ; ) {
    const page = tables.page(collection, after, PAGE_DOCUMENTS);
    yield page.flatMap(({ document }) => document ?? []);
    if (page.length < PAGE_DOCUMENTS) return;
    after = page.at(-1)?.id ?? '';
  }
}

/** Goes on by key, not by place: entries come and go between two pages. */
function* walkedPages<D extends object>(
  tables: DocumentTables,
  collection: Collection<D>,
  walk: Walk,
): Generator<readonly D[]> {
  for (let range = rangeFor(collection, walk); ; ) {
    const keys = tables.entriesIn(range, walk.backwards, PAGE_DOCUMENTS);
    yield documentsOf(tables, collection, keys, true);
    const last = keys.at(-1);
    if (last === undefined || keys.length < PAGE_DOCUMENTS) return;
    range = rangeBeyond(range, last, walk.backwards);
  }
}

function documentsOf<D extends object>(
  tables: DocumentTables,
  collection: Collection<D>,
  entries: readonly Buffer[],
  inPassing: boolean,
): readonly D[] {
  const documents: D[] = [];
  for (const entry of entries) {
    const document = tables.stored(collection, idIn(entry), inPassing)?.document;
    if (document !== undefined) documents.push(document);
  }
  return documents;
}

function rangeFor({ name }: Collection<object>, { index, values }: Walk): KeyRange {
  return rangeOf(name, indexName(index), ...values.map(indexPart));
}

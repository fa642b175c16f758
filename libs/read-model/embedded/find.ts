import type { Collection, Filter, Find } from '../port/read-model.js';
import { documentOrder } from './compare-documents.js';
import { type KeyRange, rangeOf } from './document-keys.js';
import type { DocumentTables } from './document-tables.js';
import { indexName, indexPart } from './index-entries.js';
import { predicateOf } from './mongo-filter.js';
import { planQuery, type QueryPlan } from './query-plan.js';

/** Looked at in one go where documents have to be looked at. */
const PAGE_DOCUMENTS = 1_000;

/** The documents that match, in the order asked for. */
export function findIn<D extends object>(tables: DocumentTables, collection: Collection<D>, find: Find): readonly D[] {
  const { filter, sort, skip = 0, limit = Number.MAX_SAFE_INTEGER } = find;
  const plan = planQuery(tables.indexesOf(collection), find);
  if (plan.walk !== undefined && plan.exact && plan.ordered) {
    return walked(tables, collection, plan.walk, skip, limit);
  }
  const matching = matches(tables, collection, plan, filter);
  if (!plan.ordered) return [...matching].sort(documentOrder(sort)).slice(skip, skip + limit);
  return Array.from(between(matching, skip, skip + limit));
}

/** How many documents match. */
export function countIn<D extends object>(tables: DocumentTables, collection: Collection<D>, filter: Filter): number {
  const plan = planQuery(tables.indexesOf(collection), { filter, sort: [] });
  if (plan.walk !== undefined && plan.exact) return tables.entriesIn(rangeFor(collection, plan.walk));
  let count = 0;
  for (const _ of matches(tables, collection, plan, filter)) count += 1;
  return count;
}

function* matches<D extends object>(
  tables: DocumentTables,
  collection: Collection<D>,
  { walk }: QueryPlan,
  filter: Filter,
): Generator<D> {
  const isMatch = predicateOf(filter);
  const documents = walk === undefined ? everyDocument(tables, collection) : walkedPages(tables, collection, walk);
  for (const document of documents) {
    if (isMatch(document)) yield document;
  }
}

function* everyDocument<D extends object>(tables: DocumentTables, collection: Collection<D>): Generator<D> {
  for (let after = ''; ; ) {
    const page = tables.page(collection, after, PAGE_DOCUMENTS);
    for (const { document } of page) if (document !== undefined) yield document;
    if (page.length < PAGE_DOCUMENTS) return;
    after = page.at(-1)?.id ?? '';
  }
}

function* walkedPages<D extends object>(
  tables: DocumentTables,
  collection: Collection<D>,
  walk: NonNullable<QueryPlan['walk']>,
): Generator<D> {
  for (let skip = 0; ; skip += PAGE_DOCUMENTS) {
    const page = walked(tables, collection, walk, skip, PAGE_DOCUMENTS);
    yield* page;
    if (page.length < PAGE_DOCUMENTS) return;
  }
}

function walked<D extends object>(
  tables: DocumentTables,
  collection: Collection<D>,
  walk: NonNullable<QueryPlan['walk']>,
  skip: number,
  limit: number,
): readonly D[] {
  const documents: D[] = [];
  const ids = tables.idsIn(rangeFor(collection, walk), walk.backwards, skip, limit);
  for (const id of ids) {
    const document = tables.stored(collection, id)?.document;
    if (document !== undefined) documents.push(document);
  }
  return documents;
}

function rangeFor({ name }: Collection<object>, { index, values }: NonNullable<QueryPlan['walk']>): KeyRange {
  return rangeOf(name, indexName(index), ...values.map(indexPart));
}

function* between<T>(items: Iterable<T>, from: number, to: number): Generator<T> {
  let place = 0;
  if (to <= from) return;
  for (const item of items) {
    if (place >= from) yield item;
    place += 1;
    if (place >= to) return;
  }
}

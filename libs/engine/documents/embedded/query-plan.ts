import type { Filter, Find, Index, Sort } from '../port/read-model.js';
import { isHeldWhole } from './index-entries.js';

/** How a query is answered. */
export interface QueryPlan {
  /** The index to scan, by its place in the list, and the values of its first fields; undefined: all documents. */
  readonly walk:
    | { readonly index: number; readonly values: readonly string[]; readonly backwards: boolean }
    | undefined;
  /** Every document in the scanned range matches, so the filter need not be applied. */
  readonly exact: boolean;
  /** The scan returns the documents in the requested order. */
  readonly ordered: boolean;
}

/** Every document of the collection is examined, and the matches are sorted afterwards. */
const SCAN: QueryPlan = { walk: undefined, exact: false, ordered: false };

/** Chooses the index with the most equality conditions of the filter; among equal ones, an index in the requested order. */
export function planQuery(indexes: readonly Index[], { filter, sort }: Pick<Find, 'filter' | 'sort'>): QueryPlan {
  const equalities = equalitiesOf(filter);
  let best = SCAN;
  for (const [place, fields] of indexes.entries()) {
    const plan = planWith(place, fields, equalities, filter, sort);
    if (weight(plan) > weight(best)) best = plan;
  }
  return best;
}

function planWith(
  index: number,
  fields: Index,
  equalities: ReadonlyMap<string, string>,
  filter: Filter,
  sort: readonly Sort[],
): QueryPlan {
  const unequal = fields.findIndex((field) => !equalities.has(field));
  const narrowing = unequal === -1 ? fields : fields.slice(0, unequal);
  const values = narrowing.map((field) => equalities.get(field) ?? '');
  // A field that has the same value in all documents does not affect their order.
  const order = sort.filter(([field]) => !narrowing.includes(field));
  const directions = new Set(order.map(([, direction]) => direction));
  const following = fields.slice(narrowing.length);
  const ordered = directions.size < 2 && order.every(([field], place) => field === following[place]);
  const backwards = ordered && directions.has(-1);
  return { walk: { index, values, backwards }, exact: narrowing.length === Object.keys(filter).length, ordered };
}

function weight({ walk, ordered }: QueryPlan): number {
  return (walk?.values.length ?? 0) * 2 + (ordered ? 1 : 0);
}

/** The fields that the filter requires to equal a text. */
function equalitiesOf(filter: Filter): ReadonlyMap<string, string> {
  const equalities = new Map<string, string>();
  for (const [field, condition] of Object.entries(filter)) {
    if (field.startsWith('$')) continue;
    const value = isOnlyEq(condition) ? condition.$eq : condition;
    if (typeof value === 'string' && isHeldWhole(value)) equalities.set(field, value);
  }
  return equalities;
}

function isOnlyEq(condition: unknown): condition is { readonly $eq: unknown } {
  return typeof condition === 'object' && condition !== null && Object.keys(condition).join() === '$eq';
}
